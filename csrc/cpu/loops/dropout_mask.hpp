// Loops of dropout_mask: keep bits of whole blocks, and expansion of bits to bytes.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

void keep_bits(u32* out, i64 blocks, u64 first_block, const KeepRule& rule) {
    const i64 groups = blocks / philox_lanes, whole = groups * philox_lanes;
    const auto no_op = [](i64) {};
    keep_groups(out, groups, first_block, rule, no_op);
    if (whole == blocks) return;
    u32 last[4 * philox_lanes];
    keep_groups(last, 1, first_block + static_cast<u64>(whole), rule, no_op);
    for (i64 j = 0; j < 4 * (blocks - whole); ++j) out[4 * whole + j] = last[j];
}

void bits_to_bool(u8* out, const u32* bits, i64 n) {
    i64 i = 0;
    for (; i + 32 <= n; i += 32) spread_word(out + i, bits[i / 32]);
    for (; i < n; ++i) out[i] = static_cast<u8>((bits[i / 32] >> (i % 32)) & 1u);
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
