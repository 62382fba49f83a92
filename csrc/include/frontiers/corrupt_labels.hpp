// corrupt_labels: replaces each label, with a given probability, by a uniformly random class.
//
//     redrawn_i = bit i of the keep bits for q = share in label_choice_stream (dropout_mask.hpp)
//     label'_i  = redrawn_i ? face of element i in label_face_stream (die.hpp) : label_i
//
// (Zhang, Bengio, Hardt, Recht, Vinyals, "Understanding deep learning requires rethinking
// generalization", ICLR 2017, section 2: "partially corrupted labels".) Selection and die use
// different counters, so they are independent. Labels are copied or replaced without being
// interpreted; a new label equals the old one with probability 1/K for K classes. Labels are
// integers of 1, 2, 4 or 8 bytes. The result depends on (seed, i) only and is bit-identical
// everywhere.
//
// Entry points: labels, out (n integers of `width` bytes) and redrawn (n bytes of 0 or 1) are
// contiguous and in logical order. out may be labels; any other overlap is undefined.
#pragma once

#include "frontiers/die.hpp"
#include "frontiers/dropout_mask.hpp"

namespace frontiers {

struct Corruption {
    KeepRule chosen;  // in label_choice_stream, sample 0; kept bits are redrawn labels
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
