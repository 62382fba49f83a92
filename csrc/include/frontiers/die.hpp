// A fair die with any number of faces. The face is the high half of word * faces. A word is
// rejected and rolled again if the low half of the product is below 2^w mod faces (w = 32, or 64
// from 2^32 faces on), so that every face has exactly the same number of words (Lemire, "Fast
// random integer generation in an interval", ACM Trans. Model. Comput. Simul. 29, 2019, section 4).
//
// Roll r of element i takes its word from Philox at
//
//     counter = (offset + i div 4, 0, stream + r),  key = seed,  word i mod 4  (w = 32)
//     counter = (offset + i div 2, 0, stream + r),  key = seed,  words 2(i mod 2) and
//               2(i mod 2) + 1 as the high and the low half                    (w = 64)
//
// so a face depends only on (seed, stream, offset, i) and the number of faces, however often it was
// rolled. A roll is accepted with probability above 1/2.
#pragma once

#include "frontiers/philox.hpp"

namespace frontiers {

struct Die {
    u64 faces;         // 0 stands for 2^64
    u64 reject_below;  // smallest accepted low half of the product
    bool wide;         // 64-bit words
};

FRONTIERS_HD Die make_die(u64 faces) {
    const u64 words = u64{1} << 32;
    if (faces != 0 && faces < words) return {faces, words % faces, false};
    return {faces, faces == 0 ? 0 : (u64{0} - faces) % faces, true};
}

struct Roll {
    u64 face;
    bool accepted;
};

FRONTIERS_HD Roll roll_narrow(const Die& die, u32 word) {
    // Both factors have 32 bits, so this is a single vector instruction.
    const u64 product = static_cast<u64>(word) * static_cast<u32>(die.faces);
    return {product >> 32, static_cast<u32>(product) >= static_cast<u32>(die.reject_below)};
}

FRONTIERS_HD Roll roll_wide(const Die& die, u32 high, u32 low) {
    const u64 word = (static_cast<u64>(high) << 32) | low;
    if (die.faces == 0) return {word, true};
    // 64 x 64-bit product from 32-bit halves.
    const u64 faces_low = die.faces & 0xffffffffu, faces_high = die.faces >> 32;
    const u64 lows = low * faces_low, middle = high * faces_low + (lows >> 32);
    const u64 other = low * faces_high + (middle & 0xffffffffu);
    return {high * faces_high + (middle >> 32) + (other >> 32),
            word * die.faces >= die.reject_below};
}

// The face of element i: that of its first accepted roll.
FRONTIERS_HD u64 face_of(const Die& die, u64 i, u64 offset, u32 stream, u64 seed) {
    for (u32 attempt = 0;; ++attempt) {
        const u64 per_block = die.wide ? 2 : 4;
        const Block block =
            philox_block(offset + i / per_block, stream_of(stream + attempt, 0), seed);
        const u64 lane = i % per_block;
        const Roll roll = die.wide ? roll_wide(die, block.word[2 * lane], block.word[2 * lane + 1])
                                   : roll_narrow(die, block.word[lane]);
        if (roll.accepted) return roll.face;
    }
}

}  // namespace frontiers
