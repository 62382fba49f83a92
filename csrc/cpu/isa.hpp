// Table of the loops, with one instance per instruction set.
//
// Each isa_*.cpp includes the same loops, is compiled with its own flags and fills one table. When
// the module loads, CPUID selects the best table that the machine can run. A thread may choose
// another one for its calls; the tests use this to compare them. All tables give the same bits.
#pragma once

#include "ball_tiles.hpp"
#include "element_range.hpp"
#include "frontiers/corrupt_labels.hpp"
#include "frontiers/displace.hpp"
#include "frontiers/dropout.hpp"
#include "frontiers/gather.hpp"
#include "frontiers/l1_step.hpp"
#include "frontiers/l2_step.hpp"
#include "frontiers/linf_step.hpp"
#include "frontiers/predictive.hpp"
#include "frontiers/project.hpp"
#include "frontiers/transform.hpp"
#include "render_tasks.hpp"

namespace frontiers::cpu {

// Dropout passes over elements in logical order. Element 0 is the first one of mask block
// `first_block`; results of consecutive passes are `pass_stride` elements apart.
struct Passes {
    i64 elements;
    u64 first_block;
    i64 count, pass_stride;
};

struct Isa {
    const char* name;
    // Philox words of `blocks` blocks, starting at `counter`.
    void (*words)(u32* out, i64 blocks, u64 counter, u64 subsequence, u64 seed);
    // n numbers, starting at block `counter`.
    void (*uniform)(void* out, DType dtype, i64 n, u64 counter, u64 seed);
    void (*normal)(void* out, DType dtype, i64 n, u64 counter, u64 seed);
    // low + face for n elements, starting at block `counter`; integers of `width` bytes.
    void (*integers)(void* out, i64 width, i64 n, u64 low, const Die& die, u64 counter, u64 seed);
    // n labels, starting at mask block `first_block`.
    void (*corrupt_labels)(const void* labels, void* out, u8* redrawn, i64 width, i64 n,
                           u64 first_block, const Corruption& rule);
    // Keep bits of `blocks` blocks, four words each.
    void (*keep_bits)(u32* words, i64 blocks, u64 first_block, const KeepRule& rule);
    // Expands n bits to n bytes of 0 or 1.
    void (*bits_to_bool)(u8* out, const u32* bits, i64 n);
    // out[i] = bit i ? x[i] * scale : 0. `stream`: bypass the caches when writing.
    void (*apply_bits)(const void* x, void* out, DType dtype, const u32* bits, i64 n, double scale,
                       bool stream);
    // The same for whole passes, starting with the sample of `rule`. Overlaps drawing the bits of a
    // group of blocks with storing the group before.
    void (*drop_elements)(const void* x, void* out, DType dtype, const Passes& passes,
                          const KeepRule& rule, double scale, bool stream);
    // Full adder of mc_dropout_mean, per bit lane: sum and carry of sum + a + b.
    void (*add_masks)(u32* sum, const u32* a, const u32* b, u32* carry, i64 words);
    // out[i] = mean over `samples` passes; bit i of planes[k] is digit k of the number of passes
    // that keep x[i].
    void (*apply_counts)(const void* x, void* out, DType dtype, const u32* const* planes,
                         int digits, i64 n, double scale, double samples);
    // Rows `first` to `last` of the result.
    void (*gather)(const GatherCall& call, i64 first, i64 last);
    // n elements; element i uses the parameters table[i mod period].
    void (*linf_step)(const void* x, const void* grad, const void* origin, void* out, DType dtype,
                      i64 n, const void* parameters, i64 period, bool stream);
    // out[i] = displaced(x[i], random number of its element); `table` holds displacements.
    void (*displace)(const void* x, void* out, DType dtype, const ElementRange& range,
                     Distribution distribution, const void* table);
    // out[i] = salted(x[i], random word of its element); `table` holds salts.
    void (*salt)(const void* x, void* out, DType dtype, const ElementRange& range,
                 const void* table);
    // The contribution of the first n elements of a segment to random_start's norm.
    double (*segment_norm)(Distribution distribution, i64 segment, i64 n, u64 stream, u64 seed);
    // Welford's update over `passes` rows `stride` elements apart, n columns.
    void (*welford)(const void* samples, DType dtype, i64 passes, i64 stride, i64 n, i64 count,
                    double* mean, double* m2);
    // n positions, starting at `first`; state begins with that position. `memory` holds a
    // workspace.
    void (*update_predictive)(const PredictiveInput& input, i64 first, i64 n, i64 count,
                              const PredictiveState& state, void* memory);
    // Results of n positions.
    void (*finish_predictive)(const PredictiveState& state, i64 n, i64 classes, i64 passes,
                              DType dtype, const PredictiveResult& result);
    // Sums of a tile for L1 or L2, in the first round, which also lists the active elements, and in
    // later rounds.
    BallSums (*ball_first_round)(const BallTile& tile, Norm norm, ActiveList& list);
    BallSums (*ball_later_round)(const BallTile& tile, Norm norm, double theta,
                                 const ActiveList& list);
    // Later rounds of L1 if clip(0, a, b) is 0 everywhere. Precomputes |d| and how far the box
    // reaches in the direction of d; both arrays are padded to a multiple of sum_lanes.
    void (*l1_precompute)(const BallTile& tile, double* distance, double* limit);
    BallSums (*l1_later_round)(const double* distance, const double* limit, i64 elements,
                               double theta);
    // Results of a tile; for L0 only those cases in which no element is selected.
    void (*ball_write)(const BallTile& tile, void* out, Norm norm, const BallSearch& search);
    double (*sum_squares)(const void* from, DType dtype, i64 count);
    void (*move_along)(const void* x, const void* grad, void* out, DType dtype, i64 count,
                       double factor);
    // Selection keys. For steps the tile's origin is the gradient.
    void (*step_keys)(const BallTile& tile, bool ascend, u64* keys);
    void (*gain_keys)(const BallTile& tile, u64* keys);
    // Selects up to max_select_few of a tile's keys, and all that equal the smallest of them. For
    // so few, clearing digit counters would take longer than reading the keys.
    Selection (*select_few)(const u64* keys, i64 n, i64 wanted);
    void (*move_sparsely)(const BallTile& tile, bool ascend, const u64* keys,
                          const Selection& selection, double length, void* out);
    // Fragments of some rows of one pose.
    void (*rasterize)(const View& view, i64 pose, Rows rows, const RasterBuffers& buffers,
                      const Fragments& out);
    // Image of some rows of one pose; `samples` has room for one row.
    void (*render)(const RenderCall& call, i64 pose, Rows rows, const RasterBuffers& buffers,
                   Sample* samples);
    // Texture coordinates of the covered pixels of some rows; returns their number.
    i64 (*collect_samples)(const View& view, const Fragments* fragments, const TextureSize& size,
                           i64 pose, Rows rows, const RasterBuffers& buffers, Sample* samples);
    // Adds the gradients of all samples to some rows of the texture.
    void (*scatter)(const ScatterCall& call, Rows rows);
    // Passes `first` to `last` of one image. `radius` is the largest of all blurs; `memory` holds a
    // workspace.
    void (*transform)(const TransformCall& call, const void* images, void* out, i64 image,
                      i64 first, i64 last, i64 radius, void* memory);
    // `to` is the image's gradient, or with `partial` a partial sum in the compute type.
    void (*transform_adjoint)(const TransformCall& call, const void* gradient, const void* clipped,
                              void* to, bool partial, i64 image, i64 first, i64 last, i64 radius,
                              void* memory);
};

extern const Isa isa_scalar;
#if defined(FRONTIERS_X86)
extern const Isa isa_avx2;
extern const Isa isa_avx512;
#endif

// The table that calls of this thread use.
const Isa& isa();

// Names of the tables this machine can run, best first, terminated by nullptr.
const char* const* available_isas();

// Selects a table for this thread; nullptr selects the best one. Returns false if not available.
bool choose_isa(const char* name);

}  // namespace frontiers::cpu
