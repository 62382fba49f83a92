// CPU dropout_mask: tasks of whole blocks; a partial last block goes through a buffer.
#include "frontiers/dropout_mask.hpp"

#include <cstring>

#include "bit_matrix.hpp"
#include "isa.hpp"
#include "threads.hpp"

namespace frontiers::cpu {
namespace {

constexpr i64 blocks_per_task = 4096;   // 64 KiB of bits
constexpr i64 blocks_per_buffer = 128;  // 2 KiB of bits, 16 KiB of bytes

i64 divide_up(i64 a, i64 b) { return (a + b - 1) / b; }

// Calls use(first, bits, length) for ranges of the array; bit 0 of `bits` is element `first`.
template <class Use>
void for_each_stretch(i64 n, i64 first_element, const KeepRule& rule, int threads, const Use& use) {
    const Isa& table = isa();
    const i64 per_task = blocks_per_buffer * lanes_per_block;
    const i64 phase = first_element % lanes_per_block;
    parallel_for(divide_up(n, per_task), threads, [&](i64 task) {
        u32 bits[4 * blocks_per_buffer + 8], aligned[4 * blocks_per_buffer + 2];
        const i64 first = task * per_task;
        const i64 length = n - first < per_task ? n - first : per_task;
        table.keep_bits(bits, divide_up(phase + length, lanes_per_block),
                        static_cast<u64>((first_element + first) / lanes_per_block), rule);
        if (phase != 0) move_to_start(aligned, bits, phase, length);
        use(first, phase != 0 ? aligned : bits, length);
    });
}

// For arrays that begin with a block: draws whole blocks directly into the output.
void fill_whole_blocks(u8* out, i64 n, i64 first_block, const KeepRule& rule, int threads) {
    const Isa& table = isa();
    const i64 whole = n / lanes_per_block;
    parallel_for(divide_up(whole, blocks_per_task), threads, [&](i64 task) {
        const i64 first = task * blocks_per_task;
        const i64 blocks = whole - first < blocks_per_task ? whole - first : blocks_per_task;
        table.keep_bits(reinterpret_cast<u32*>(out + 16 * first), blocks,
                        static_cast<u64>(first_block + first), rule);
    });
    const i64 rest = n - whole * lanes_per_block;
    if (rest == 0) return;
    const Block last = keep_block(static_cast<u64>(first_block + whole), rule);
    std::memcpy(out + 16 * whole, last.word, static_cast<std::size_t>(divide_up(rest, 8)));
}

}  // namespace

void fill_mask_packed(u8* out, i64 n, i64 first_element, const KeepRule& rule, int threads) {
    if (first_element % lanes_per_block == 0) {
        fill_whole_blocks(out, n, first_element / lanes_per_block, rule, threads);
    } else {
        for_each_stretch(
            n, first_element, rule, threads, [out](i64 first, const u32* bits, i64 length) {
                std::memcpy(out + first / 8, bits, static_cast<std::size_t>(divide_up(length, 8)));
            });
    }
    if (n % 8 != 0) out[n / 8] = static_cast<u8>(out[n / 8] & ((1u << (n % 8)) - 1));
}

void fill_mask_bool(u8* out, i64 n, i64 first_element, const KeepRule& rule, int threads) {
    const Isa& table = isa();
    for_each_stretch(n, first_element, rule, threads,
                     [out, &table](i64 first, const u32* bits, i64 length) {
                         table.bits_to_bool(out + first, bits, length);
                     });
}

}  // namespace frontiers::cpu
