// streams: which kernel draws from which Philox counters.
//
// A counter has four 32-bit words. Words 0 and 1 are the block number, word 2 is the sample's
// number (0 for kernels without samples), and word 3 identifies the use. Each use owns the values
// of word 3 in its row below, so no two uses of one seed share a random word. A use with several
// values counts up from `first`: by the round of a mask, the attempt of a die, or the kind of
// noise.
//
// Stored results depend on these numbers: rows may be added but never changed.
#pragma once

#include "frontiers/platform.hpp"

namespace frontiers {

inline constexpr u32 number_stream = 0;                     // as in torch's stateless generator
inline constexpr u32 integer_stream = 0x696e7400u;          // "int"
inline constexpr u32 dropout_stream = 0x6d617300u;          // "mas"
inline constexpr u32 label_choice_stream = 0x63686f00u;     // "cho"
inline constexpr u32 label_face_stream = 0x6c616200u;       // "lab"
inline constexpr u32 parameter_stream = 0x7061726du;        // "parm"
inline constexpr u32 transform_noise_stream = 0x6e6f6973u;  // "nois"
inline constexpr u32 start_stream = 0x73746172u;            // "star"
inline constexpr u32 radius_stream = 0x72616469u;           // "radi"
inline constexpr u32 additive_stream = 0x61646400u;         // "add"
inline constexpr u32 seed_stream = 0xffffffffu;

struct StreamRow {
    const char* name;
    u32 first, count;
};

inline constexpr u32 mask_rounds = 32;
inline constexpr u32 die_attempts = 256;  // all are rejected with a probability below 2^-256

inline constexpr StreamRow stream_rows[] = {
    {"number", number_stream, 1},                        // bits, uniform, normal
    {"integer", integer_stream, die_attempts},           // randint
    {"dropout", dropout_stream, mask_rounds},            // all kernels of dropout
    {"label_choice", label_choice_stream, mask_rounds},  // corrupt_labels: which labels
    {"label_face", label_face_stream, die_attempts},     // corrupt_labels: the new label
    {"parameter", parameter_stream, 1},                  // sample_transforms
    {"transform_noise", transform_noise_stream, 1},      // transform
    {"start", start_stream, 1},                          // random_start: a direction or an offset
    {"radius", radius_stream, 1},                        // random_start: the radius
    {"additive", additive_stream, 3},                    // additive_noise, plus the kind
    {"seed", seed_stream, 1},                            // fold_in, split
};

constexpr bool streams_are_disjoint() {
    for (const StreamRow& one : stream_rows) {
        for (const StreamRow& other : stream_rows) {
            const bool apart = one.first > other.first + (other.count - 1) ||
                               other.first > one.first + (one.count - 1);
            if (&one != &other && !apart) return false;
        }
    }
    return true;
}
static_assert(streams_are_disjoint());

// Words 2 and 3 of the counter, which philox calls the sub-sequence.
FRONTIERS_HD u64 stream_of(u32 use, u32 sample) { return (static_cast<u64>(use) << 32) | sample; }

}  // namespace frontiers
