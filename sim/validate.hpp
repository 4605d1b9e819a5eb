// `updraft validate`: the user's own proof that the tool is right. Every case is a whole simulation
// (scenario text, preparation, stations, engine) held against what is known without simulating.
#pragma once

namespace updraft {

// Prints a table of all cases, each as it ends. 0 where every check holds, else 1.
int validate();

}  // namespace updraft
