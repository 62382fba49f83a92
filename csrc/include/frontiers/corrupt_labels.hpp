// corrupt_labels: every label, with a given probability, thrown anew with a die of K faces.
//
//     redrawn_i = bit i of dropout_mask's keep bits for q = share, (seed, sample 0)
//     label'_i  = redrawn_i ? face of element i, stream 1 (die.hpp) : label_i
//
// (Zhang, Bengio, Hardt, Recht, Vinyals, "Understanding deep learning requires rethinking
// generalization", ICLR 2017, section 2: "partially corrupted labels".) Selection and die read
// different counters, so they are independent. A label is copied or replaced, never looked at; a
// replaced one equals the old one with probability 1/K. Labels are integers of 1, 2, 4 or 8 bytes.
// The result depends on (seed, i) only and is bit-identical everywhere.
//
// Entry points: labels, out (n integers of `width` bytes) and redrawn (n bytes of 0 or 1) are
// contiguous and in logical order; out == labels is allowed, any other overlap is not.
#pragma once

#include "frontiers/die.hpp"
#include "frontiers/dropout_mask.hpp"

namespace frontiers {

inline constexpr u32 corruption_stream = 1;

struct Corruption {
    KeepRule chosen;  // sample 0; "kept" is re-drawn
    Die die;          // fewer than 2^32 faces
};

namespace cpu {
void corrupt_labels(const void* labels, void* out, u8* redrawn, i64 width, i64 n,
                    const Corruption& rule, int threads);
}  // namespace cpu

namespace cuda {
void corrupt_labels(const void* labels, void* out, u8* redrawn, i64 width, i64 n,
                    const Corruption& rule, Stream stream);
}  // namespace cuda

}  // namespace frontiers
