// The table of loops, one column per instruction set.
//
// Each isa_*.cpp is compiled with its own flags, includes the same loops and fills one table. The
// best table this machine can run is picked once, by CPUID, when the module loads; a thread may
// choose another one for its own calls, which is how the tests compare them. All tables give the
// same bits.
#pragma once

#include "ball_tiles.hpp"
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
#include "stretch.hpp"

namespace frontiers::cpu {

// Passes over elements in logical order, element 0 at the start of `first_block` of each mask;
// `apart`: from a pass's results to the next one's.
struct Passes {
    i64 elements;
    u64 first_block;
    i64 count, apart;
};

struct Isa {
    const char* name;
    // Philox words of `blocks` whole blocks from `counter` on.
    void (*words)(u32* out, i64 blocks, u64 counter, u64 subsequence, u64 seed);
    // The first n numbers from block `counter` on.
    void (*uniform)(void* out, DType dtype, i64 n, u64 counter, u64 seed);
    void (*normal)(void* out, DType dtype, i64 n, u64 counter, u64 seed);
    // low + face for the first n elements from block `counter` on, integers of `width` bytes.
    void (*integers)(void* out, i64 width, i64 n, u64 low, const Die& die, u64 counter, u64 seed);
    // n labels from mask block `first_block` on.
    void (*corrupt_labels)(const void* labels, void* out, u8* redrawn, i64 width, i64 n,
                           u64 first_block, const Corruption& rule);
    // Keep bits of `blocks` whole blocks, four words each.
    void (*keep_bits)(u32* words, i64 blocks, u64 first_block, const KeepRule& rule);
    // n bytes of 0 or 1 from n bits.
    void (*bits_to_bool)(u8* out, const u32* bits, i64 n);
    // out[i] = bit i ? x[i] * scale : 0. `stream`: write past the caches.
    void (*apply_bits)(const void* x, void* out, DType dtype, const u32* bits, i64 n, double scale,
                       bool stream);
    // The same for passes from that of `rule` on: the bits of a group of blocks are drawn while the
    // stores of the group before are still on their way.
    void (*drop_elements)(const void* x, void* out, DType dtype, const Passes& passes,
                          const KeepRule& rule, double scale, bool stream);
    // The masks of mc_dropout_mean: sum is the digit of sum + a + b in each lane, carry the next
    // one.
    void (*add_masks)(u32* sum, const u32* a, const u32* b, u32* carry, i64 words);
    // out[i] = the mean over `samples` passes; bit i of planes[k] is digit k of how many keep x[i].
    void (*apply_counts)(const void* x, void* out, DType dtype, const u32* const* planes,
                         int digits, i64 n, double scale, double samples);
    // Rows `first` to `last` of the result.
    void (*gather)(const GatherCall& call, i64 first, i64 last);
    // Parameters of element i are table[i mod period]; n elements from phase 0 on.
    void (*linf_step)(const void* x, const void* grad, const void* origin, void* out, DType dtype,
                      i64 n, const void* parameters, i64 period, bool stream);
    // out[i] = displaced(x[i], number of its element); the table holds displacements.
    void (*displace)(const void* x, void* out, DType dtype, const Stretch& stretch, Law law,
                     const void* table);
    // out[i] = salted(x[i], word of its element); the table holds salts.
    void (*salt)(const void* x, void* out, DType dtype, const Stretch& stretch, const void* table);
    // What the first n elements of a segment add to the norm of random_start's numbers.
    double (*segment_norm)(Law law, i64 segment, i64 n, u64 stream, u64 seed);
    // Welford over `passes` rows `stride` elements apart, n columns.
    void (*welford)(const void* samples, DType dtype, i64 passes, i64 stride, i64 n, i64 count,
                    double* mean, double* m2);
    // `n` positions from `first` on, whose state begins with that of `first`; `memory` holds the
    // workspace laid out for them.
    void (*update_predictive)(const PredictiveInput& input, i64 first, i64 n, i64 count,
                              const PredictiveState& state, void* memory);
    // Results of n positions.
    void (*finish_predictive)(const PredictiveState& state, i64 n, i64 classes, i64 passes,
                              DType dtype, const PredictiveResult& result);
    // Sums of a tile for L1 or L2 in the first round, which lists what to look at later; and later.
    BallSums (*ball_first)(const BallTile& tile, Norm norm, LookedAt& list);
    BallSums (*ball_later)(const BallTile& tile, Norm norm, double theta, const LookedAt& list);
    // The later rounds of L1 where clip(0, a, b) is 0 everywhere, from two numbers an element: |d|,
    // and how far the box reaches on its side. Both arrays hold whole rows of sum_lanes.
    void (*l1_set_apart)(const BallTile& tile, double* distance, double* limit);
    BallSums (*l1_later)(const double* distance, const double* limit, i64 elements, double theta);
    // The tile's results; for L0 only those in which no element is chosen.
    void (*ball_write)(const BallTile& tile, void* out, Norm norm, const BallSearch& search);
    double (*sum_squares)(const void* from, DType dtype, i64 count);
    void (*move_along)(const void* x, const void* grad, void* out, DType dtype, i64 count,
                       double factor);
    // Keys of a selection; for steps the tile's origin is the gradient.
    void (*step_keys)(const BallTile& tile, bool ascend, u64* keys);
    void (*gain_keys)(const BallTile& tile, u64* keys);
    // Selects up to few_largest of a tile's keys, and those equal to the least of them: counters
    // would take longer to clear than these keys to read.
    Selection (*select_few)(const u64* keys, i64 n, i64 wanted);
    void (*move_sparsely)(const BallTile& tile, bool ascend, const u64* keys,
                          const Selection& selection, double length, void* out);
    // What the pixels of some rows of one pose see.
    void (*rasterize)(const View& view, i64 pose, Rows rows, const RasterBuffers& buffers,
                      const Fragments& out);
    // The image there; `samples` has room for one row.
    void (*render)(const RenderCall& call, i64 pose, Rows rows, const RasterBuffers& buffers,
                   Sample* samples);
    // Where the covered pixels there lie on the texture; returns how many they are.
    i64 (*collect_samples)(const View& view, const Fragments* fragments, const TextureSize& size,
                           i64 pose, Rows rows, const RasterBuffers& buffers, Sample* samples);
    // Adds the gradients of all samples to some rows of the texture.
    void (*scatter)(const ScatterCall& call, Rows rows);
    // One image and passes first to last. `radius` is the largest of any blur; `memory` holds the
    // workspace laid out for it.
    void (*transform)(const TransformCall& call, const void* images, void* out, i64 image,
                      i64 first, i64 last, i64 radius, void* memory);
    // `to` is the image's gradient, or a partial sum in the compute type.
    void (*transform_adjoint)(const TransformCall& call, const void* gradient, const void* clipped,
                              void* to, bool partial, i64 image, i64 first, i64 last, i64 radius,
                              void* memory);
};

extern const Isa isa_scalar;
#if defined(FRONTIERS_X86)
extern const Isa isa_avx2;
extern const Isa isa_avx512;
#endif

// The table this thread's calls use.
const Isa& isa();

// Names this machine can run, best first, ended by nullptr.
const char* const* available_isas();

// Chooses a table for this thread; nullptr returns to the best one. False: not available here.
bool choose_isa(const char* name);

}  // namespace frontiers::cpu
