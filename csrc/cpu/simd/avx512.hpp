// Lanes of AVX-512 (F, BW, VL, DQ) for each element type: load, store, round, clip, compare. Philox
// is in avx512_philox.hpp.
#pragma once

#include <immintrin.h>

#include "frontiers/dropout.hpp"
#include "frontiers/rounding.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

// Sixteen float32 or eight float64 lanes. Conversions round as Scalar<T> does.
inline __m512i widen_bfloat16(__m256i sixteen) {
    return _mm512_slli_epi32(_mm512_cvtepu16_epi32(sixteen), 16);
}

inline __m256i round_to_bfloat16(__m512 value) {
    const __m512i bits = _mm512_castps_si512(value);
    const __m512i last = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    const __m512i rounded = _mm512_srli_epi32(
        _mm512_add_epi32(bits, _mm512_add_epi32(last, _mm512_set1_epi32(0x7fff))), 16);
    const __mmask16 nan = _mm512_cmp_ps_mask(value, value, _CMP_UNORD_Q);
    return _mm512_cvtepi32_epi16(_mm512_mask_mov_epi32(rounded, nan, _mm512_set1_epi32(0x7fc0)));
}

constexpr int nearest = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
constexpr int downwards = _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC;
constexpr int upwards = _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC;

template <class C>
struct Lanes;

template <>
struct Lanes<float> {
    using Reg = __m512;
    static constexpr i64 width = 16;

    static Reg set(float value) { return _mm512_set1_ps(value); }
    static Reg load(const float* from) { return _mm512_loadu_ps(from); }
    static Reg load(const Half* from) {
        return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
    }
    static Reg load(const BFloat16* from) {
        return _mm512_castsi512_ps(
            widen_bfloat16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))));
    }
    static Reg widen(const float* from) { return load(from); }
    static void store(float* to, Reg value) { _mm512_storeu_ps(to, value); }
    static void store(Half* to, Reg value) { store16(to, _mm512_cvtps_ph(value, nearest)); }
    static void store(BFloat16* to, Reg value) { store16(to, round_to_bfloat16(value)); }
    static void stream(float* to, Reg value) { _mm512_stream_ps(to, value); }
    static void stream(Half* to, Reg value) { stream16(to, _mm512_cvtps_ph(value, nearest)); }
    static void stream(BFloat16* to, Reg value) { stream16(to, round_to_bfloat16(value)); }

    static Reg keep_scaled(u32 bits, Reg value, Reg scale) {
        return _mm512_maskz_mul_ps(static_cast<__mmask16>(bits), value, scale);
    }
    static Reg add_zero(Reg a) { return _mm512_add_ps(a, _mm512_setzero_ps()); }
    static Reg add_down(Reg a, Reg b) { return _mm512_add_round_ps(a, b, downwards); }
    static Reg subtract_up(Reg a, Reg b) { return _mm512_sub_round_ps(a, b, upwards); }
    static Reg round_down(const float*, Reg a) { return a; }
    static Reg round_up(const float*, Reg a) { return a; }
    static Reg round_down(const Half*, Reg a) {
        return _mm512_cvtph_ps(_mm512_cvtps_ph(a, downwards));
    }
    static Reg round_up(const Half*, Reg a) { return _mm512_cvtph_ps(_mm512_cvtps_ph(a, upwards)); }
    static Reg round_down(const BFloat16*, Reg a) { return away_from_zero(a, negative(a)); }
    static Reg round_up(const BFloat16*, Reg a) {
        return away_from_zero(a, static_cast<__mmask16>(~negative(a)));
    }
    static Reg at_least(Reg a, Reg low) { return _mm512_max_ps(low, a); }
    static Reg at_most(Reg a, Reg high) { return _mm512_min_ps(high, a); }
    static Reg along_sign(Reg x, Reg grad, Reg step) {
        const Reg zero = _mm512_setzero_ps();
        const __mmask16 up = _mm512_cmp_ps_mask(grad, zero, _CMP_GT_OQ);
        const __mmask16 down = _mm512_cmp_ps_mask(grad, zero, _CMP_LT_OQ);
        return _mm512_mask_sub_ps(_mm512_mask_add_ps(x, up, x, step), down, x, step);
    }
    static Reg nan_where_unordered(Reg y, Reg a, Reg b, Reg c) {
        const __mmask16 bad =
            _mm512_cmp_ps_mask(a, b, _CMP_UNORD_Q) | _mm512_cmp_ps_mask(c, c, _CMP_UNORD_Q);
        return _mm512_mask_mov_ps(y, bad, set(__builtin_nanf("")));
    }

  private:
    static void store16(void* to, __m256i bits) {
        _mm256_storeu_si256(static_cast<__m256i*>(to), bits);
    }
    static void stream16(void* to, __m256i bits) {
        _mm256_stream_si256(static_cast<__m256i*>(to), bits);
    }
    static __mmask16 negative(Reg a) { return _mm512_movepi32_mask(_mm512_castps_si512(a)); }
    // Truncates to the upper 16 bits, then moves one step away from zero where `away` is set and
    // the truncation was inexact.
    static Reg away_from_zero(Reg a, __mmask16 away) {
        const __m512i bits = _mm512_castps_si512(a);
        const __m512i cut = _mm512_and_si512(bits, _mm512_set1_epi32(static_cast<i32>(0xffff0000)));
        const __mmask16 inexact = _mm512_cmpneq_epi32_mask(cut, bits) & away;
        return _mm512_castsi512_ps(
            _mm512_mask_add_epi32(cut, inexact, cut, _mm512_set1_epi32(0x10000)));
    }
};

template <>
struct Lanes<double> {
    using Reg = __m512d;
    static constexpr i64 width = 8;

    static Reg set(double value) { return _mm512_set1_pd(value); }
    static Reg load(const double* from) { return _mm512_loadu_pd(from); }
    static Reg widen(const float* from) { return _mm512_cvtps_pd(_mm256_loadu_ps(from)); }
    static void store(double* to, Reg value) { _mm512_storeu_pd(to, value); }
    static void stream(double* to, Reg value) { _mm512_stream_pd(to, value); }
    static Reg keep_scaled(u32 bits, Reg value, Reg scale) {
        return _mm512_maskz_mul_pd(static_cast<__mmask8>(bits), value, scale);
    }
    static Reg add_zero(Reg a) { return _mm512_add_pd(a, _mm512_setzero_pd()); }
    static Reg add_down(Reg a, Reg b) { return _mm512_add_round_pd(a, b, downwards); }
    static Reg subtract_up(Reg a, Reg b) { return _mm512_sub_round_pd(a, b, upwards); }
    static Reg round_down(const double*, Reg a) { return a; }
    static Reg round_up(const double*, Reg a) { return a; }
    static Reg at_least(Reg a, Reg low) { return _mm512_max_pd(low, a); }
    static Reg at_most(Reg a, Reg high) { return _mm512_min_pd(high, a); }
    static Reg along_sign(Reg x, Reg grad, Reg step) {
        const Reg zero = _mm512_setzero_pd();
        const __mmask8 up = _mm512_cmp_pd_mask(grad, zero, _CMP_GT_OQ);
        const __mmask8 down = _mm512_cmp_pd_mask(grad, zero, _CMP_LT_OQ);
        return _mm512_mask_sub_pd(_mm512_mask_add_pd(x, up, x, step), down, x, step);
    }
    static Reg nan_where_unordered(Reg y, Reg a, Reg b, Reg c) {
        const __mmask8 bad =
            _mm512_cmp_pd_mask(a, b, _CMP_UNORD_Q) | _mm512_cmp_pd_mask(c, c, _CMP_UNORD_Q);
        return _mm512_mask_mov_pd(y, bad, set(__builtin_nan("")));
    }

    // Load, store and round eight elements of any type as float64.
    static Reg load(const float* from) { return _mm512_cvtps_pd(_mm256_loadu_ps(from)); }
    static Reg load(const Half* from) {
        const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        return _mm512_cvtps_pd(_mm256_cvtph_ps(bits));
    }
    static Reg load(const BFloat16* from) {
        const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        const __m256i wide = _mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16);
        return _mm512_cvtps_pd(_mm256_castsi256_ps(wide));
    }
    static void store(float* to, Reg value) { _mm256_storeu_ps(to, _mm512_cvtpd_ps(value)); }
    static void store(Half* to, Reg value) {
        store16(to, _mm256_cvtps_ph(_mm512_cvtpd_ps(value), nearest));
    }
    static void store(BFloat16* to, Reg value) {
        const __m512 wide = _mm512_castps256_ps512(_mm512_cvtpd_ps(value));
        store16(to, _mm256_castsi256_si128(round_to_bfloat16(wide)));
    }
    static Reg round_down(const float*, Reg a) {
        return _mm512_cvtps_pd(_mm512_cvt_roundpd_ps(a, downwards));
    }
    static Reg round_down(const Half*, Reg a) {
        const __m256 single = _mm512_cvt_roundpd_ps(a, downwards);
        return _mm512_cvtps_pd(_mm256_cvtph_ps(_mm256_cvtps_ph(single, downwards)));
    }
    static Reg round_down(const BFloat16* type, Reg a) {
        const __m512 single = _mm512_castps256_ps512(_mm512_cvt_roundpd_ps(a, downwards));
        return _mm512_cvtps_pd(_mm512_castps512_ps256(Lanes<float>::round_down(type, single)));
    }
    static Reg magnitude(Reg a) { return _mm512_andnot_pd(set(-0.0), a); }
    static Reg sign(Reg a) { return _mm512_and_pd(set(-0.0), a); }
    static Reg flip(Reg a, Reg signs) { return _mm512_xor_pd(a, signs); }
    // Bit mask of the lanes that differ; NaN differs from everything.
    static u32 different(Reg a, Reg b) { return _mm512_cmp_pd_mask(a, b, _CMP_NEQ_UQ); }
    // Number of lanes in (low, high].
    static i64 count_between(Reg a, Reg low, Reg high) {
        const __mmask8 above = _mm512_cmp_pd_mask(a, low, _CMP_GT_OQ);
        return __builtin_popcount(_mm512_mask_cmp_pd_mask(above, a, high, _CMP_LE_OQ));
    }
    // Whether every lane is in [low, high]; false for NaN.
    static bool all_within(Reg a, Reg low, Reg high) {
        const __mmask8 above = _mm512_cmp_pd_mask(a, low, _CMP_GE_OQ);
        return _mm512_mask_cmp_pd_mask(above, a, high, _CMP_LE_OQ) == 0xff;
    }
    static Reg where_equal(Reg a, Reg b, Reg value) {
        return _mm512_maskz_mov_pd(_mm512_cmp_pd_mask(a, b, _CMP_EQ_OQ), value);
    }
    static Reg where_above(Reg a, Reg b, Reg value) {
        return _mm512_maskz_mov_pd(_mm512_cmp_pd_mask(a, b, _CMP_GT_OQ), value);
    }

  private:
    static void store16(void* to, __m128i bits) {
        _mm_storeu_si128(static_cast<__m128i*>(to), bits);
    }
};

// Overload of store_moved in loops/ball.hpp for float. Uses the hardware's directed rounding: lanes
// moving down round up. After the conversion to float, half-width registers suffice.
inline void store_moved(float* out, __m512d origin, __m512d u, __m512d low, __m512d high) {
    const __mmask8 down = _mm512_movepi64_mask(_mm512_castpd_si512(u));
    const __m512d moved = _mm512_mask_add_round_pd(_mm512_add_round_pd(origin, u, downwards), down,
                                                   origin, u, upwards);
    const __m256 kept =
        _mm512_mask_cvt_roundpd_ps(_mm512_cvt_roundpd_ps(moved, downwards), down, moved, upwards);
    const __m256 above = _mm256_max_ps(_mm512_cvtpd_ps(low), kept);
    const __m256 inside = _mm256_min_ps(_mm512_cvtpd_ps(high), above);
    _mm256_storeu_ps(out, _mm256_add_ps(inside, _mm256_setzero_ps()));
}

inline void spread_word(u8* out, u32 bits) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out),
                        _mm256_maskz_set1_epi8(static_cast<__mmask32>(bits), 1));
}

inline void store_fence() { _mm_sfence(); }

// Writes the elements whose mask bit is set next to each other, one mask for every 16 elements, and
// returns the end of the output.
constexpr bool has_compress = true;
inline u32* compress_line(const u32* from, u32* to, const u16* masks, i64 count) {
    for (i64 i = 0; i < count; i += 16, ++masks) {
        const u32 present = count - i < 16 ? (1u << (count - i)) - 1 : 0xffffu;
        const __m512i read = _mm512_maskz_loadu_epi32(static_cast<__mmask16>(present), from + i);
        const int kept = __builtin_popcount(*masks);
        const __m512i packed = _mm512_maskz_compress_epi32(*masks, read);
        _mm512_mask_storeu_epi32(to, static_cast<__mmask16>((1u << kept) - 1), packed);
        to += kept;
    }
    return to;
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
