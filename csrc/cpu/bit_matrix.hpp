// Bit strings in little-endian 32-bit words, and the transpose of a 64 x 64 bit matrix.
#pragma once

#include <cstring>

#include "frontiers/platform.hpp"

namespace frontiers::cpu {

inline bool read_bit(const u32* words, i64 position) {
    return (words[position / 32] >> (position % 32)) & 1u;
}

// Returns 64 bits from `position` on; reads up to three words.
inline u64 read_bits(const u32* words, i64 position) {
    const u32* from = words + position / 32;
    u64 low;
    std::memcpy(&low, from, sizeof(low));
    const int shift = static_cast<int>(position % 32);
    return shift == 0 ? low : (low >> shift) | (static_cast<u64>(from[2]) << (64 - shift));
}

// Writes the low `width` (1 to 64) bits of `value` over zeros; touches up to three words.
inline void put_bits(u32* words, i64 position, u64 value, i64 width) {
    u32* to = words + position / 32;
    const int shift = static_cast<int>(position % 32);
    if (width < 64) value &= (u64{1} << width) - 1;
    u64 low;
    std::memcpy(&low, to, sizeof(low));
    low |= value << shift;
    std::memcpy(to, &low, sizeof(low));
    if (shift != 0) to[2] |= static_cast<u32>(value >> (64 - shift));
}

// Copies the n bits from `position` on to the start of `to`. May read two words past them and write
// one word past them.
inline void move_to_start(u32* to, const u32* words, i64 position, i64 n) {
    for (i64 done = 0; done < n; done += 64) {
        const u64 value = read_bits(words, position + done);
        std::memcpy(to + done / 32, &value, sizeof(value));
    }
}

// Sets the bits [start, stop).
inline void set_bits(u32* words, i64 start, i64 stop) {
    for (i64 position = start; position < stop;) {
        const i64 end = (position / 32 + 1) * 32 < stop ? (position / 32 + 1) * 32 : stop;
        const u32 width = static_cast<u32>(end - position);
        const u32 ones = width == 32 ? ~0u : (1u << width) - 1;
        words[position / 32] |= ones << (position % 32);
        position = end;
    }
}

// Transposes in place by swapping off-diagonal squares of halving size.
inline void transpose(u64 (&matrix)[64]) {
    u64 mask = 0x00000000ffffffffull;
    for (int width = 32; width != 0; width >>= 1, mask ^= mask << width) {
        for (int row = 0; row < 64; row = ((row | width) + 1) & ~width) {
            const u64 swap = ((matrix[row] >> width) ^ matrix[row | width]) & mask;
            matrix[row | width] ^= swap;
            matrix[row] ^= swap << width;
        }
    }
}

}  // namespace frontiers::cpu
