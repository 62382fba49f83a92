// Lanes of AVX2 and F16C for each element type: load, store, round, clip, compare. Philox is in
// avx2_philox.hpp.
#pragma once

#include <immintrin.h>

#include "frontiers/dropout.hpp"
#include "frontiers/rounding.hpp"

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

inline __m128i low_halves(__m256i words) {  // the low 16 bits of each of eight words
    const __m256i packed = _mm256_packus_epi32(words, words);
    return _mm256_castsi256_si128(_mm256_permute4x64_epi64(packed, 0x08));
}

inline __m128i round_to_bfloat16(__m256 value) {
    const __m256i bits = _mm256_castps_si256(value);
    const __m256i last = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    const __m256i rounded = _mm256_srli_epi32(
        _mm256_add_epi32(bits, _mm256_add_epi32(last, _mm256_set1_epi32(0x7fff))), 16);
    const __m256 nan = _mm256_cmp_ps(value, value, _CMP_UNORD_Q);
    return low_halves(
        _mm256_blendv_epi8(rounded, _mm256_set1_epi32(0x7fc0), _mm256_castps_si256(nan)));
}

constexpr int nearest = _MM_FROUND_TO_NEAREST_INT;
constexpr int downwards = _MM_FROUND_TO_NEG_INF;
constexpr int upwards = _MM_FROUND_TO_POS_INF;

template <class C>
struct Lanes;

template <>
struct Lanes<float> {
    using Reg = __m256;
    static constexpr i64 width = 8;

    static Reg set(float value) { return _mm256_set1_ps(value); }
    static Reg load(const float* from) { return _mm256_loadu_ps(from); }
    static Reg load(const Half* from) {
        return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
    }
    static Reg load(const BFloat16* from) {
        const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
    }
    static Reg widen(const float* from) { return load(from); }
    static void store(float* to, Reg value) { _mm256_storeu_ps(to, value); }
    static void store(Half* to, Reg value) { store16(to, _mm256_cvtps_ph(value, nearest)); }
    static void store(BFloat16* to, Reg value) { store16(to, round_to_bfloat16(value)); }
    static void stream(float* to, Reg value) { _mm256_stream_ps(to, value); }
    static void stream(Half* to, Reg value) { stream16(to, _mm256_cvtps_ph(value, nearest)); }
    static void stream(BFloat16* to, Reg value) { stream16(to, round_to_bfloat16(value)); }

    static Reg keep_scaled(u32 bits, Reg value, Reg scale) {
        const __m256i lane = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
        const __m256i lane_bits = _mm256_and_si256(_mm256_set1_epi32(static_cast<i32>(bits)), lane);
        const Reg kept = _mm256_castsi256_ps(_mm256_cmpeq_epi32(lane_bits, lane));
        return _mm256_and_ps(kept, _mm256_mul_ps(value, scale));
    }
    static Reg add_zero(Reg a) { return _mm256_add_ps(a, _mm256_setzero_ps()); }
    static Reg add_down(Reg a, Reg b) {
        const Reg sum = _mm256_add_ps(a, b), back = _mm256_sub_ps(sum, a);
        const Reg error =
            _mm256_add_ps(_mm256_sub_ps(a, _mm256_sub_ps(sum, back)), _mm256_sub_ps(b, back));
        const Reg infinity = set(__builtin_inff());
        const Reg above =
            _mm256_or_ps(_mm256_cmp_ps(error, _mm256_setzero_ps(), _CMP_LT_OQ),
                         _mm256_and_ps(_mm256_cmp_ps(sum, infinity, _CMP_EQ_OQ),
                                       _mm256_and_ps(_mm256_cmp_ps(a, infinity, _CMP_LT_OQ),
                                                     _mm256_cmp_ps(b, infinity, _CMP_LT_OQ))));
        // The next lower float: bits - 1 above zero, bits + 1 below.
        const __m256i bits = _mm256_castps_si256(sum);
        const __m256i unit = _mm256_or_si256(_mm256_srai_epi32(bits, 31), _mm256_set1_epi32(1));
        return _mm256_blendv_ps(sum, _mm256_castsi256_ps(_mm256_sub_epi32(bits, unit)), above);
    }
    static Reg subtract_up(Reg a, Reg b) { return negate(add_down(negate(a), b)); }
    static Reg round_down(const float*, Reg a) { return a; }
    static Reg round_up(const float*, Reg a) { return a; }
    static Reg round_down(const Half*, Reg a) {
        return _mm256_cvtph_ps(_mm256_cvtps_ph(a, downwards));
    }
    static Reg round_up(const Half*, Reg a) { return _mm256_cvtph_ps(_mm256_cvtps_ph(a, upwards)); }
    static Reg round_down(const BFloat16*, Reg a) {
        const __m256i bits = _mm256_castps_si256(a);
        const __m256i cut = _mm256_and_si256(bits, _mm256_set1_epi32(static_cast<i32>(0xffff0000)));
        const __m256i exact = _mm256_cmpeq_epi32(cut, bits);
        const __m256i away = _mm256_andnot_si256(exact, _mm256_srai_epi32(bits, 31));
        return _mm256_castsi256_ps(
            _mm256_add_epi32(cut, _mm256_and_si256(away, _mm256_set1_epi32(0x10000))));
    }
    static Reg round_up(const BFloat16* type, Reg a) { return negate(round_down(type, negate(a))); }
    static Reg at_least(Reg a, Reg low) { return _mm256_max_ps(low, a); }
    static Reg at_most(Reg a, Reg high) { return _mm256_min_ps(high, a); }
    static Reg along_sign(Reg x, Reg grad, Reg step) {
        const Reg zero = _mm256_setzero_ps();
        const Reg up = _mm256_and_ps(_mm256_cmp_ps(grad, zero, _CMP_GT_OQ), step);
        const Reg down = _mm256_and_ps(_mm256_cmp_ps(grad, zero, _CMP_LT_OQ), step);
        return _mm256_sub_ps(_mm256_add_ps(x, up), down);
    }
    static Reg nan_where_unordered(Reg y, Reg a, Reg b, Reg c) {
        const Reg bad =
            _mm256_or_ps(_mm256_cmp_ps(a, b, _CMP_UNORD_Q), _mm256_cmp_ps(c, c, _CMP_UNORD_Q));
        return _mm256_blendv_ps(y, set(__builtin_nanf("")), bad);
    }

  private:
    static Reg negate(Reg a) { return _mm256_xor_ps(a, set(-0.0f)); }
    static void store16(void* to, __m128i bits) {
        _mm_storeu_si128(static_cast<__m128i*>(to), bits);
    }
    static void stream16(void* to, __m128i bits) {
        _mm_stream_si128(static_cast<__m128i*>(to), bits);
    }
};

template <>
struct Lanes<double> {
    using Reg = __m256d;
    static constexpr i64 width = 4;

    static Reg set(double value) { return _mm256_set1_pd(value); }
    static Reg load(const double* from) { return _mm256_loadu_pd(from); }
    static Reg widen(const float* from) { return _mm256_cvtps_pd(_mm_loadu_ps(from)); }
    static void store(double* to, Reg value) { _mm256_storeu_pd(to, value); }
    static void stream(double* to, Reg value) { _mm256_stream_pd(to, value); }
    static Reg keep_scaled(u32 bits, Reg value, Reg scale) {
        const __m256i lane = _mm256_setr_epi64x(1, 2, 4, 8);
        const __m256i lane_bits =
            _mm256_and_si256(_mm256_set1_epi64x(static_cast<i64>(bits)), lane);
        const Reg kept = _mm256_castsi256_pd(_mm256_cmpeq_epi64(lane_bits, lane));
        return _mm256_and_pd(kept, _mm256_mul_pd(value, scale));
    }
    static Reg add_zero(Reg a) { return _mm256_add_pd(a, _mm256_setzero_pd()); }
    static Reg add_down(Reg a, Reg b) {
        const Reg sum = _mm256_add_pd(a, b), back = _mm256_sub_pd(sum, a);
        const Reg error =
            _mm256_add_pd(_mm256_sub_pd(a, _mm256_sub_pd(sum, back)), _mm256_sub_pd(b, back));
        const Reg infinity = set(__builtin_inf()), zero = _mm256_setzero_pd();
        const Reg above =
            _mm256_or_pd(_mm256_cmp_pd(error, zero, _CMP_LT_OQ),
                         _mm256_and_pd(_mm256_cmp_pd(sum, infinity, _CMP_EQ_OQ),
                                       _mm256_and_pd(_mm256_cmp_pd(a, infinity, _CMP_LT_OQ),
                                                     _mm256_cmp_pd(b, infinity, _CMP_LT_OQ))));
        const __m256i negative = _mm256_castpd_si256(_mm256_cmp_pd(sum, zero, _CMP_LT_OQ));
        const __m256i unit = _mm256_or_si256(negative, _mm256_set1_epi64x(1));
        const __m256i below = _mm256_sub_epi64(_mm256_castpd_si256(sum), unit);
        return _mm256_blendv_pd(sum, _mm256_castsi256_pd(below), above);
    }
    static Reg subtract_up(Reg a, Reg b) { return negate(add_down(negate(a), b)); }
    static Reg round_down(const double*, Reg a) { return a; }
    static Reg round_up(const double*, Reg a) { return a; }
    static Reg at_least(Reg a, Reg low) { return _mm256_max_pd(low, a); }
    static Reg at_most(Reg a, Reg high) { return _mm256_min_pd(high, a); }
    static Reg along_sign(Reg x, Reg grad, Reg step) {
        const Reg zero = _mm256_setzero_pd();
        const Reg up = _mm256_and_pd(_mm256_cmp_pd(grad, zero, _CMP_GT_OQ), step);
        const Reg down = _mm256_and_pd(_mm256_cmp_pd(grad, zero, _CMP_LT_OQ), step);
        return _mm256_sub_pd(_mm256_add_pd(x, up), down);
    }
    static Reg nan_where_unordered(Reg y, Reg a, Reg b, Reg c) {
        const Reg bad =
            _mm256_or_pd(_mm256_cmp_pd(a, b, _CMP_UNORD_Q), _mm256_cmp_pd(c, c, _CMP_UNORD_Q));
        return _mm256_blendv_pd(y, set(__builtin_nan("")), bad);
    }

    // Load, store and round four elements of any type as float64.
    static Reg load(const float* from) { return _mm256_cvtps_pd(_mm_loadu_ps(from)); }
    static Reg load(const Half* from) { return _mm256_cvtps_pd(_mm_cvtph_ps(load_low64(from))); }
    static Reg load(const BFloat16* from) {
        const __m128i wide = _mm_slli_epi32(_mm_cvtepu16_epi32(load_low64(from)), 16);
        return _mm256_cvtps_pd(_mm_castsi128_ps(wide));
    }
    static void store(float* to, Reg value) { _mm_storeu_ps(to, _mm256_cvtpd_ps(value)); }
    static void store(Half* to, Reg value) {
        store_low64(to, _mm_cvtps_ph(_mm256_cvtpd_ps(value), nearest));
    }
    static void store(BFloat16* to, Reg value) {
        store_low64(to, round_to_bfloat16(_mm256_castps128_ps256(_mm256_cvtpd_ps(value))));
    }
    static Reg round_down(const float*, Reg a) { return _mm256_cvtps_pd(to_float_below(a)); }
    static Reg round_down(const Half*, Reg a) {
        const __m128i bits = _mm_cvtps_ph(to_float_below(a), downwards);
        return _mm256_cvtps_pd(_mm_cvtph_ps(bits));
    }
    static Reg round_down(const BFloat16* type, Reg a) {
        const __m256 single = _mm256_castps128_ps256(to_float_below(a));
        return _mm256_cvtps_pd(_mm256_castps256_ps128(Lanes<float>::round_down(type, single)));
    }
    static Reg magnitude(Reg a) { return _mm256_andnot_pd(set(-0.0), a); }
    static Reg sign(Reg a) { return _mm256_and_pd(set(-0.0), a); }
    static Reg flip(Reg a, Reg signs) { return _mm256_xor_pd(a, signs); }
    // Bit mask of the lanes that differ; NaN differs from everything.
    static u32 different(Reg a, Reg b) {
        return static_cast<u32>(_mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_NEQ_UQ)));
    }
    // Number of lanes in (low, high].
    static i64 count_between(Reg a, Reg low, Reg high) {
        const Reg between =
            _mm256_and_pd(_mm256_cmp_pd(a, low, _CMP_GT_OQ), _mm256_cmp_pd(a, high, _CMP_LE_OQ));
        return __builtin_popcount(static_cast<u32>(_mm256_movemask_pd(between)));
    }
    // Whether every lane is in [low, high]; false for NaN.
    static bool all_within(Reg a, Reg low, Reg high) {
        const Reg inside =
            _mm256_and_pd(_mm256_cmp_pd(a, low, _CMP_GE_OQ), _mm256_cmp_pd(a, high, _CMP_LE_OQ));
        return _mm256_movemask_pd(inside) == 0xf;
    }
    static Reg where_equal(Reg a, Reg b, Reg value) {
        return _mm256_and_pd(_mm256_cmp_pd(a, b, _CMP_EQ_OQ), value);
    }
    static Reg where_above(Reg a, Reg b, Reg value) {
        return _mm256_and_pd(_mm256_cmp_pd(a, b, _CMP_GT_OQ), value);
    }

  private:
    static Reg negate(Reg a) { return _mm256_xor_pd(a, set(-0.0)); }
    static __m128i load_low64(const void* from) {
        return _mm_loadl_epi64(static_cast<const __m128i*>(from));
    }
    static void store_low64(void* to, __m128i bits) {
        _mm_storel_epi64(static_cast<__m128i*>(to), bits);
    }
    // Rounds to the nearest float and, where that is above `a`, steps down as next_below does.
    static __m128 to_float_below(Reg a) {
        const __m128 close = _mm256_cvtpd_ps(a), zero = _mm_setzero_ps();
        const Reg above = _mm256_cmp_pd(_mm256_cvtps_pd(close), a, _CMP_GT_OQ);
        const __m128 words = _mm256_cvtpd_ps(_mm256_and_pd(above, set(1.0)));
        const __m128i bits = _mm_castps_si128(close);
        const __m128i down = _mm_or_si128(_mm_castps_si128(_mm_cmplt_ps(close, zero)),
                                          _mm_set1_epi32(1));  // -1 below zero, 1 above
        const __m128i below_zero = _mm_set1_epi32(INT32_MIN + 1);
        const __m128 next = _mm_blendv_ps(_mm_castsi128_ps(_mm_sub_epi32(bits, down)),
                                          _mm_castsi128_ps(below_zero), _mm_cmpeq_ps(close, zero));
        return _mm_blendv_ps(close, next, _mm_cmpgt_ps(words, zero));
    }
};

inline void spread_word(u8* out, u32 bits) {
    const __m256i owner = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2,
                                           2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3);
    const __m256i lane = _mm256_set1_epi64x(static_cast<i64>(0x8040201008040201ull));
    const __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32(static_cast<i32>(bits)), owner);
    const __m256i set = _mm256_cmpeq_epi8(_mm256_and_si256(bytes, lane), lane);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out),
                        _mm256_and_si256(set, _mm256_set1_epi8(1)));
}

inline void store_fence() { _mm_sfence(); }

constexpr bool has_compress = false;

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
