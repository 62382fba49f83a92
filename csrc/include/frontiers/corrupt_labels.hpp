// corrupt_labels: every label, with a given probability, thrown anew with a die of K faces.
//
//     redrawn_i = bit i of the keep bits for q = share in label_choice_stream (dropout_mask.hpp)
//     label'_i  = redrawn_i ? face of element i in label_face_stream (die.hpp) : label_i
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

struct Corruption {
    KeepRule chosen;  // sample 0 of label_choice_stream; "kept" is re-drawn
    Die die;          // fewer than 2^32 faces
};

FRONTIERS_HD Corruption corruption(u64 threshold, u64 classes, u64 seed) {
    return {{threshold, seed, 0, label_choice_stream}, make_die(classes)};
}

namespace cpu {
void corrupt_labels(const void* labels, void* out, u8* redrawn, i64 width, i64 n,
                    const Corruption& rule, int threads);
}  // namespace cpu

namespace cuda {
void corrupt_labels(const void* labels, void* out, u8* redrawn, i64 width, i64 n,
                    const Corruption& rule, Stream stream);
}  // namespace cuda

}  // namespace frontiers
