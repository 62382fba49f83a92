// Loops of the die: all elements of a run are rolled once in vector lanes; the few rejected ones
// are rolled again one by one.
#pragma once

#include "frontiers/die.hpp"
#include "philox.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

template <bool wide>
inline Roll roll_at(const Die& die, const u32* word, i64 i) {
    return wide ? roll_wide(die, word[2 * i], word[2 * i + 1]) : roll_narrow(die, word[i]);
}

// Faces of the n elements from block `counter` on, given their first words. Rolling and checking
// are separate loops because faces and words may differ in width; each loop then vectorises.
template <bool wide, class Face>
inline void faces(Face* __restrict out, const u32* __restrict word, i64 n, const Die& die,
                  u64 counter, u32 stream, u64 seed) {
    const Die local_die = die;
    for (i64 i = 0; i < n; ++i) out[i] = static_cast<Face>(roll_at<wide>(local_die, word, i).face);
    u32 again = 0;
    for (i64 i = 0; i < n; ++i)
        again |= static_cast<u32>(!roll_at<wide>(local_die, word, i).accepted);
    if (again == 0) return;
    for (i64 i = 0; i < n; ++i) {
        if (roll_at<wide>(local_die, word, i).accepted) continue;
        out[i] = static_cast<Face>(face_of(local_die, static_cast<u64>(i), counter, stream, seed));
    }
}

template <class T>
void integers_as(void* out_void, i64 n, u64 low, const Die& die, u64 counter, u64 seed) {
    constexpr i64 blocks_at_once = 128;
    const i64 per_block = die.wide ? 2 : 4;
    T* out = static_cast<T*>(out_void);
    u32 buffer[4 * blocks_at_once];
    for (i64 done = 0; done < n; done += blocks_at_once * per_block) {
        const i64 left = n - done;
        const i64 count = left < blocks_at_once * per_block ? left : blocks_at_once * per_block;
        const u64 block = counter + static_cast<u64>(done / per_block);
        words(buffer, (count + per_block - 1) / per_block, block, stream_of(integer_stream, 0),
              seed);
        if (die.wide) {
            faces<true>(out + done, buffer, count, die, block, integer_stream, seed);
        } else {
            faces<false>(out + done, buffer, count, die, block, integer_stream, seed);
        }
        for (i64 i = done; i < done + count; ++i) out[i] = static_cast<T>(out[i] + low);
    }
}

void integers(void* out, i64 width, i64 n, u64 low, const Die& die, u64 counter, u64 seed) {
    switch (width) {
        case 1:
            return integers_as<u8>(out, n, low, die, counter, seed);
        case 2:
            return integers_as<u16>(out, n, low, die, counter, seed);
        case 4:
            return integers_as<u32>(out, n, low, die, counter, seed);
        default:
            return integers_as<u64>(out, n, low, die, counter, seed);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
