// How the operating system maps large memory.
#pragma once

#include <cstddef>

namespace frontiers::cpu {

// Asks for 2 MiB pages over the whole pages inside the block, where the system gives them on
// request: a stream of stores then meets 512 times fewer translations. Advice, never an error.
void prefer_huge_pages(void* start, std::size_t bytes);

}  // namespace frontiers::cpu
