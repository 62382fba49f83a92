// Page sizes of large memory blocks.
#pragma once

#include <cstddef>

namespace frontiers::cpu {

// Advises the system to use 2 MiB pages for the whole pages inside the block, so that sequential
// writes cause fewer page faults and TLB misses. Has no effect where that is not supported.
void prefer_huge_pages(void* start, std::size_t bytes);

}  // namespace frontiers::cpu
