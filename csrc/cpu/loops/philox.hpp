// Loops of philox: words, uniform and normal numbers of whole and partial blocks.
#pragma once

namespace frontiers::cpu::FRONTIERS_ISA {
namespace {

void words(u32* out, i64 blocks, u64 counter, u64 subsequence, u64 seed) {
    i64 block = 0;
    for (; block + philox_lanes <= blocks; block += philox_lanes) {
        philox_group(out + 4 * block, counter + static_cast<u64>(block), subsequence, seed);
    }
    if (block == blocks) return;
    u32 last[4 * philox_lanes];
    philox_group(last, counter + static_cast<u64>(block), subsequence, seed);
    for (i64 j = 0; j < 4 * (blocks - block); ++j) out[4 * block + j] = last[j];
}

template <class T>
void uniform_words(T* out, const u32* word, i64 n) {
    if constexpr (sizeof(T) == 8) {
        for (i64 i = 0; i < n; ++i) out[i] = Uniform<T>::unit(word[2 * i], word[2 * i + 1]);
    } else {
        for (i64 i = 0; i < n; ++i) out[i] = Scalar<T>::store(Uniform<T>::unit(word[i]));
    }
}

// Pairs are split into arrays before the arithmetic and joined after it, so that it vectorises.
template <class T>
void normal_words(T* out, const u32* word, i64 n) {
    constexpr i64 at_once = 64;
    double u1[at_once], u2[at_once], first[at_once], second[at_once];
    for (i64 done = 0; done < n; done += 2 * at_once) {
        const i64 left = (n - done + 1) / 2, pairs = left < at_once ? left : at_once;
        for (i64 i = 0; i < pairs; ++i) {
            if constexpr (sizeof(T) == 8) {
                const u32* pair_words = word + 2 * done + 4 * i;
                u1[i] = open_unit(pair_words[0], pair_words[1]);
                u2[i] = open_unit(pair_words[2], pair_words[3]);
            } else {
                u1[i] = open_unit(word[done + 2 * i]);
                u2[i] = open_unit(word[done + 2 * i + 1]);
            }
        }
        for (i64 i = 0; i < pairs; ++i) box_muller(u1[i], u2[i], first[i], second[i]);
        for (i64 i = 0; i < pairs; ++i) {
            out[done + 2 * i] = Scalar<T>::store(static_cast<ComputeOf<T>>(first[i]));
            if (done + 2 * i + 1 == n) break;
            out[done + 2 * i + 1] = Scalar<T>::store(static_cast<ComputeOf<T>>(second[i]));
        }
    }
}

// Draws words into a buffer that fits the L1 cache and converts them run by run.
template <class T, class Convert>
void through_words(T* out, i64 n, u64 counter, u64 seed, Convert convert) {
    constexpr i64 per_block = 16 / (sizeof(T) == 8 ? 8 : 4);
    constexpr i64 blocks_at_once = 128;
    u32 buffer[4 * blocks_at_once];
    for (i64 done = 0; done < n; done += blocks_at_once * per_block) {
        const i64 left = n - done;
        const i64 count = left < blocks_at_once * per_block ? left : blocks_at_once * per_block;
        const i64 blocks = (count + per_block - 1) / per_block;
        words(buffer, blocks, counter + static_cast<u64>(done / per_block),
              stream_of(number_stream, 0), seed);
        convert(out + done, buffer, count);
    }
}

template <class T>
void uniform_as(void* out, i64 n, u64 counter, u64 seed) {
    through_words(static_cast<T*>(out), n, counter, seed, uniform_words<T>);
}

template <class T>
void normal_as(void* out, i64 n, u64 counter, u64 seed) {
    through_words(static_cast<T*>(out), n, counter, seed, normal_words<T>);
}

void uniform(void* out, DType dtype, i64 n, u64 counter, u64 seed) {
    switch (dtype) {
        case DType::float32:
            return uniform_as<float>(out, n, counter, seed);
        case DType::float64:
            return uniform_as<double>(out, n, counter, seed);
        case DType::float16:
            return uniform_as<Half>(out, n, counter, seed);
        case DType::bfloat16:
            return uniform_as<BFloat16>(out, n, counter, seed);
    }
}

void normal(void* out, DType dtype, i64 n, u64 counter, u64 seed) {
    switch (dtype) {
        case DType::float32:
            return normal_as<float>(out, n, counter, seed);
        case DType::float64:
            return normal_as<double>(out, n, counter, seed);
        case DType::float16:
            return normal_as<Half>(out, n, counter, seed);
        case DType::bfloat16:
            return normal_as<BFloat16>(out, n, counter, seed);
    }
}

}  // namespace
}  // namespace frontiers::cpu::FRONTIERS_ISA
