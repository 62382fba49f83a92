// Body of random_start and additive_noise: one thread per Philox block updates up to four elements.
//
// Elements come in groups, each with a random stream. The first element of a group has number
// `first` in its stream, so a block may extend past either end of the group.
#pragma once

#include "frontiers/displace.hpp"
#include "launch.hpp"

namespace frontiers::cuda {

// A Rule has: numbers(group, block), the four values drawn from a block, and
// T changed(x, value, group, index of the element in the group).
template <class T, class Rule>
struct BlockBody {
    const T* x;
    T* out;
    i64 size;    // of a group
    i64 first;   // position of a group's first element in its stream
    i64 blocks;  // per group
    bool packs;  // whole blocks are aligned for a single access
    Rule rule;

    FRONTIERS_DEVICE void operator()(i64 index) const {
        const i64 group = index / blocks, block = first / 4 + (index - group * blocks);
        const i64 start = 4 * block - first;
        const auto numbers = rule.numbers(group, block);
        const i64 base = group * size + start;
        if (packs && start >= 0 && start + 4 <= size) {
            const auto from = load<4>(x + base);
            Pack<T, 4> to;
            FRONTIERS_UNROLL
            for (int j = 0; j < 4; ++j) {
                to.lane[j] = rule.changed(from.lane[j], numbers.value[j], group, start + j);
            }
            store(out + base, to);
            return;
        }
        FRONTIERS_UNROLL
        for (int j = 0; j < 4; ++j) {
            if (start + j < 0 || start + j >= size) continue;
            out[base + j] = rule.changed(x[base + j], numbers.value[j], group, start + j);
        }
    }
};

template <class T, class Rule>
void apply_by_block(const char* kernel, const void* x, void* out, i64 groups, i64 size, i64 first,
                    const Rule& rule, Stream stream) {
    if (groups * size == 0) return;
    const i64 blocks = (first % 4 + size + 3) / 4;
    const auto fits = [](const void* pointer) {
        return reinterpret_cast<std::uintptr_t>(pointer) % (4 * sizeof(T)) == 0;
    };
    const bool whole = first % 4 == 0 && (groups == 1 || size % 4 == 0);
    const BlockBody<T, Rule> body{static_cast<const T*>(x),
                                  static_cast<T*>(out),
                                  size,
                                  first,
                                  blocks,
                                  whole && fits(x) && fits(out),
                                  rule};
    for_each(kernel, groups * blocks, body, stream);
}

struct BlockNumbers {
    float value[4];
};

template <Distribution distribution>
FRONTIERS_DEVICE BlockNumbers block_numbers(i64 block, u64 stream, u64 seed) {
    BlockNumbers numbers;
    numbers_of<distribution>(philox_block(static_cast<u64>(block), stream, seed), numbers.value);
    return numbers;
}

}  // namespace frontiers::cuda
