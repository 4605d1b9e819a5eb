// How a program of ours holds its memory. Simulations come one after another and want the same memory
// again, a hundred bytes a sample.
#pragma once

#include <cstddef>

namespace updraft {

// Once, at the start of a program, before any thread: what is freed is kept for the next run.
void keep_memory();

// So many bytes are about to be allocated and written: has the system provide them at once. Page by
// page, as they are written, costs more than ten samples a page. Where the system cannot, nothing
// happens.
void provide_memory(std::size_t bytes);

}  // namespace updraft
