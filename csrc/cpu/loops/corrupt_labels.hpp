// Loop of corrupt_labels: draw keep bits and rolls for a run of blocks, then select label by label.
#pragma once

#include "die.hpp"
#include "dropout_mask.hpp"
#include "frontiers/corrupt_labels.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

template <class T>
void corrupt_labels_as(const void* labels_void, void* out_void, u8* redrawn, i64 n, u64 first_block,
                       const Corruption& rule) {
    constexpr i64 blocks_at_once = 8, at_once = blocks_at_once * lanes_per_block;
    const T* labels = static_cast<const T*>(labels_void);
    T* out = static_cast<T*>(out_void);
    const u64 seed = rule.chosen.seed;
    u32 bits[4 * blocks_at_once], word[at_once];
    T face[at_once];
    u8 chosen[at_once];  // a local array: `redrawn` is u8 and might alias the labels
    for (i64 done = 0; done < n; done += at_once) {
        const i64 count = n - done < at_once ? n - done : at_once;
        const u64 block = first_block + static_cast<u64>(done / lanes_per_block);
        const u64 counter = block * (lanes_per_block / 4);
        keep_bits(bits, (count + lanes_per_block - 1) / lanes_per_block, block, rule.chosen);
        bits_to_bool(chosen, bits, count);
        words(word, (count + 3) / 4, counter, stream_of(label_face_stream, 0), seed);
        faces<false>(face, word, count, rule.die, counter, label_face_stream, seed);
        for (i64 i = 0; i < count; ++i) {
            const T mask = static_cast<T>(-static_cast<i64>(chosen[i]));
            const T old = labels[done + i];
            out[done + i] = static_cast<T>(old ^ ((old ^ face[i]) & mask));
        }
        __builtin_memcpy(redrawn + done, chosen, static_cast<std::size_t>(count));
    }
}

void corrupt_labels(const void* labels, void* out, u8* redrawn, i64 width, i64 n, u64 first_block,
                    const Corruption& rule) {
    switch (width) {
        case 1:
            return corrupt_labels_as<u8>(labels, out, redrawn, n, first_block, rule);
        case 2:
            return corrupt_labels_as<u16>(labels, out, redrawn, n, first_block, rule);
        case 4:
            return corrupt_labels_as<u32>(labels, out, redrawn, n, first_block, rule);
        default:
            return corrupt_labels_as<u64>(labels, out, redrawn, n, first_block, rule);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
