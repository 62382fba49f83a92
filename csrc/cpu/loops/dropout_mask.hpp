// Loops of dropout_mask: keep bits of whole blocks, and bits spread to bytes.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

void keep_bits(u32* out, i64 blocks, u64 first_block, const KeepRule& rule) {
    i64 block = 0;
    for (; block + philox_lanes <= blocks; block += philox_lanes) {
        keep_group(out + 4 * block, first_block + static_cast<u64>(block), rule);
    }
    if (block == blocks) return;
    u32 last[4 * philox_lanes];
    keep_group(last, first_block + static_cast<u64>(block), rule);
    for (i64 j = 0; j < 4 * (blocks - block); ++j) out[4 * block + j] = last[j];
}

void bits_to_bool(u8* out, const u32* bits, i64 n) {
    i64 i = 0;
    for (; i + 32 <= n; i += 32) spread_word(out + i, bits[i / 32]);
    for (; i < n; ++i) out[i] = static_cast<u8>((bits[i / 32] >> (i % 32)) & 1u);
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
