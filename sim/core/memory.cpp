#include "sim/core/memory.hpp"

#include <malloc.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>

namespace updraft {

void keep_memory() {
  mallopt(M_MMAP_MAX, 0);  // glibc has no larger threshold than 32 MiB: a larger one is ignored
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

void provide_memory(std::size_t bytes) {
#ifdef MADV_POPULATE_WRITE
  constexpr std::uintptr_t page = 4096;
  // The heap's free end, from which what is allocated next will be taken.
  void* const heap = std::malloc(bytes);
  if (heap == nullptr) return;
  const auto begin = (reinterpret_cast<std::uintptr_t>(heap) + page - 1) / page * page;
  const auto end = (reinterpret_cast<std::uintptr_t>(heap) + bytes) / page * page;
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_POPULATE_WRITE);
  std::free(heap);
#else
  static_cast<void>(bytes);
#endif
}

}  // namespace updraft
