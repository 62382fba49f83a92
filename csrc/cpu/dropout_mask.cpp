// dropout_mask on the CPU: tasks of whole blocks; the last, partial block goes through a buffer.
#include "frontiers/dropout_mask.hpp"

#include <cstring>

#include "isa.hpp"
#include "threads.hpp"

namespace frontiers::cpu {
namespace {

constexpr i64 blocks_per_task = 4096;   // 64 KiB of bits
constexpr i64 blocks_per_buffer = 128;  // 2 KiB of bits, 16 KiB of bytes

i64 divide_up(i64 a, i64 b) { return (a + b - 1) / b; }

}  // namespace

void fill_mask_packed(u8* out, i64 n, const KeepRule& rule, int threads) {
    const Isa& table = isa();
    const i64 whole = n / lanes_per_block;
    parallel_for(divide_up(whole, blocks_per_task), threads, [&](i64 task) {
        const i64 first = task * blocks_per_task;
        const i64 blocks = whole - first < blocks_per_task ? whole - first : blocks_per_task;
        table.keep_bits(reinterpret_cast<u32*>(out + 16 * first), blocks, static_cast<u64>(first),
                        rule);
    });
    const i64 rest = n - whole * lanes_per_block;
    if (rest == 0) return;
    Block last = keep_block(static_cast<u64>(whole), rule);
    for (i64 bit = rest; bit < lanes_per_block; ++bit) last.word[bit / 32] &= ~(1u << (bit % 32));
    std::memcpy(out + 16 * whole, last.word, static_cast<std::size_t>(divide_up(rest, 8)));
}

void fill_mask_bool(u8* out, i64 n, const KeepRule& rule, int threads) {
    const Isa& table = isa();
    const i64 per_task = blocks_per_buffer * lanes_per_block;
    parallel_for(divide_up(n, per_task), threads, [&](i64 task) {
        u32 bits[4 * blocks_per_buffer];
        const i64 first = task * per_task;
        const i64 length = n - first < per_task ? n - first : per_task;
        table.keep_bits(bits, divide_up(length, lanes_per_block),
                        static_cast<u64>(task * blocks_per_buffer), rule);
        table.bits_to_bool(out + first, bits, length);
    });
}

}  // namespace frontiers::cpu
