// A fair die with any number of faces: the face is the high half of word * faces, and a word whose
// product has a low half below 2^w mod faces (w = 32, or 64 from 2^32 faces on) is thrown again, so
// that every face has exactly the same number of words (Lemire, "Fast random integer generation in
// an interval", ACM Trans. Model. Comput. Simul. 29, 2019, section 4).
//
// Throw r of element i takes its word from Philox at
//
//     counter = (offset + i div 4, stream, r),  key = seed,  word i mod 4      (w = 32)
//     counter = (offset + i div 2, stream, r),  key = seed,  words 2(i mod 2) and 2(i mod 2) + 1 as
//               the high and the low half                                      (w = 64)
//
// so a face is a function of (seed, stream, offset, i) and the number of faces alone, however often
// it had to be thrown. A throw counts with probability above 1/2.
#pragma once

#include "frontiers/philox.hpp"

namespace frontiers {

struct Die {
    u64 faces;   // 0 stands for 2^64
    u64 unfair;  // products with a low half below this are thrown again
    bool wide;   // words of 64 bits
};

FRONTIERS_HD Die make_die(u64 faces) {
    const u64 words = u64{1} << 32;
    if (faces != 0 && faces < words) return {faces, words % faces, false};
    return {faces, faces == 0 ? 0 : (u64{0} - faces) % faces, true};
}

struct Throw {
    u64 face;
    bool fair;
};

FRONTIERS_HD Throw throw_narrow(const Die& die, u32 word) {
    // Both factors have 32 bits, which is one instruction in lanes.
    const u64 product = static_cast<u64>(word) * static_cast<u32>(die.faces);
    return {product >> 32, static_cast<u32>(product) >= static_cast<u32>(die.unfair)};
}

FRONTIERS_HD Throw throw_wide(const Die& die, u32 high, u32 low) {
    const u64 word = (static_cast<u64>(high) << 32) | low;
    if (die.faces == 0) return {word, true};
    // 64 x 64 bits by halves: high half of the product, and the low one.
    const u64 faces_low = die.faces & 0xffffffffu, faces_high = die.faces >> 32;
    const u64 lows = low * faces_low, middle = high * faces_low + (lows >> 32);
    const u64 other = low * faces_high + (middle & 0xffffffffu);
    return {high * faces_high + (middle >> 32) + (other >> 32), word * die.faces >= die.unfair};
}

// The face of element i, from its first throw that counts.
FRONTIERS_HD u64 face_of(const Die& die, u64 i, u64 offset, u32 stream, u64 seed) {
    for (u64 attempt = 0;; ++attempt) {
        const u64 subsequence = (attempt << 32) | stream;
        const u64 per_block = die.wide ? 2 : 4;
        const Block block = philox_block(offset + i / per_block, subsequence, seed);
        const u64 lane = i % per_block;
        const Throw thrown = die.wide
                                 ? throw_wide(die, block.word[2 * lane], block.word[2 * lane + 1])
                                 : throw_narrow(die, block.word[lane]);
        if (thrown.fair) return thrown.face;
    }
}

}  // namespace frontiers
