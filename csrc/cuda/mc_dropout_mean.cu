// CUDA mc_dropout_mean: a block of threads draws the masks of a tile for all passes, counts them
// bit-sliced in registers, adds the threads' counts in shared memory and applies them to x, which
// is read once. Neither masks nor passes leave the chip.
#include "frontiers/mc_dropout_mean.hpp"
#include "mask_tiles.hpp"

namespace frontiers::cuda {
namespace {

constexpr int packs = 4;            // per thread
constexpr int digits_of_share = 5;  // binary digits of the passes that a thread counts at a time
constexpr int passes_of_share = 31;
constexpr int max_shares = 8;  // threads that split the passes of one block of bits
constexpr int max_digits = 8;  // of the sum over the shares

template <int width>
inline constexpr int tile_elements = packs * mask_threads * width;

template <class T, int width, bool in_order>
struct MeanOfPasses {
    static constexpr int threads = mask_threads, resident = 3;
    static constexpr int phases = in_order ? 3 : 4;
    static constexpr int stride = threads * width;  // between a thread's packs
    static constexpr int words = tile_elements<width> / 32;

    struct Shared {
        // Digit d of share s is string d * shares + s of words_per_pass words each.
        u32 counted[digits_of_share * 4 * mask_blocks + 1];
        u32 ordered[in_order ? 1 : max_digits * words + 1];
    };
    struct Local {
        MaskTile tile;
        u32 kept[packs][width];
    };

    const T* x;
    T* out;
    i64 samples;
    MaskTiling tiling;
    MaskRule rule;
    ComputeOf<T> scale, divisor;
    int shares;

    FRONTIERS_DEVICE i64 rounds() const { return divide_up(samples, shares * passes_of_share); }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local& local) const {
        if (phase == 0 && item.round == 0) begin(item.tile, local);
        const i64 first = item.round * shares * passes_of_share, left = samples - first;
        const int passes =
            static_cast<int>(left < shares * passes_of_share ? left : shares * passes_of_share);
        if constexpr (phase == 0) {
            draw(local.tile, item.thread, first, passes, shared.counted);
        } else if constexpr (phase == 1) {
            add_shares(item.thread, shared.counted);
        } else if constexpr (phase == 2 && !in_order) {
            const int digits = digits_of(passes);
            for (int i = item.thread; i < digits * words; i += threads) {
                const int digit = i / words;
                shared.ordered[i] = tiling.word_in_order(local.tile, i - digit * words,
                                                         sum_of_shares(digit, shared.counted));
            }
        } else {
            count(item.thread, digits_of(passes), shared, local);
            if (item.round + 1 == rounds()) write(item.thread, local);
        }
    }

    FRONTIERS_DEVICE void begin(i64 tile, Local& local) const {
        local.tile = tiling.tile(tile);
        FRONTIERS_UNROLL
        for (int i = 0; i < packs; ++i) {
            FRONTIERS_UNROLL
            for (int j = 0; j < width; ++j) local.kept[i][j] = 0;
        }
    }

    // Counts one block of bits per thread over its share of the passes, two passes at a time.
    FRONTIERS_DEVICE void draw(const MaskTile& tile, int thread, i64 first, int passes,
                               u32* counted) const {
        const int blocks = tiling.words_per_pass() / 4, share = thread / blocks;
        if (share >= shares) return;
        const int block_index = thread - share * blocks, end = passes * (share + 1) / shares;
        u32 digit[digits_of_share][4] = {};
        const u64 block = tiling.block_of(tile, block_index);
        for (int pass = passes * share / shares; pass < end; pass += 2) {
            const Block keep = rule.block(block, first + pass);
            const Block next = pass + 1 < end ? rule.block(block, first + pass + 1) : Block{};
            FRONTIERS_UNROLL
            for (int j = 0; j < 4; ++j) {
                u32 carry = add_lanes(digit[0][j], keep.word[j], next.word[j]);
                FRONTIERS_UNROLL
                for (int d = 1; d < digits_of_share; ++d) {
                    const u32 both = digit[d][j] & carry;
                    digit[d][j] ^= carry;
                    carry = both;
                }
            }
        }
        FRONTIERS_UNROLL
        for (int d = 0; d < digits_of_share; ++d) {
            FRONTIERS_UNROLL
            for (int j = 0; j < 4; ++j) {
                counted[((d * shares + share) * blocks + block_index) * 4 + j] = digit[d][j];
            }
        }
    }

    // Location of a digit of the sum over the shares. The sum overwrites the first share and, for
    // digits that a share does not have, the second.
    FRONTIERS_DEVICE u32* sum_of_shares(int digit, u32* counted) const {
        const int index =
            digit < digits_of_share ? digit * shares : (digit - digits_of_share) * shares + 1;
        return counted + index * tiling.words_per_pass();
    }

    FRONTIERS_DEVICE void add_shares(int thread, u32* counted) const {
        if (shares == 1) return;
        const int length = tiling.words_per_pass();
        for (int word = thread; word < length; word += threads) {
            u32 sum[max_digits] = {};
            for (int share = 0; share < shares; ++share) {
                u32 carry = 0;
                FRONTIERS_UNROLL
                for (int d = 0; d < max_digits; ++d) {
                    const bool of_share = d < digits_of_share;
                    const u32 added = of_share ? counted[(d * shares + share) * length + word] : 0;
                    carry = add_lanes(sum[d], added, carry);
                }
            }
            FRONTIERS_UNROLL
            for (int d = 0; d < max_digits; ++d) sum_of_shares(d, counted)[word] = sum[d];
        }
    }

    FRONTIERS_DEVICE void count(int thread, int digits, Shared& shared, Local& local) const {
        const int position = thread * width + (in_order ? tiling.phase(local.tile) : 0);
        for (int digit = 0; digit < digits; ++digit) {
            const u32* bits =
                in_order ? sum_of_shares(digit, shared.counted) : shared.ordered + digit * words;
            FRONTIERS_UNROLL
            for (int i = 0; i < packs; ++i) {
                const u32 keep = bits_from(bits + i * (stride / 32), position);
                FRONTIERS_UNROLL
                for (int j = 0; j < width; ++j) local.kept[i][j] += (keep >> j & 1u) << digit;
            }
        }
    }

    FRONTIERS_DEVICE void write(int thread, const Local& local) const {
        Pack<T, width> pack[packs];
        FRONTIERS_UNROLL
        for (int i = 0; i < packs; ++i) {
            pack[i] = Pack<T, width>{};
            tiling.visit<width, in_order>(
                local.tile, thread * width + i * stride,
                [&](i64 index) { pack[i] = load<width>(x + index); },
                [&](i64 index, int j) { pack[i].lane[j] = x[index]; });
        }
        FRONTIERS_UNROLL
        for (int i = 0; i < packs; ++i) {
            FRONTIERS_UNROLL
            for (int j = 0; j < width; ++j) {
                pack[i].lane[j] = mean_of_passes(pack[i].lane[j], local.kept[i][j], scale, divisor);
            }
            tiling.visit<width, in_order>(
                local.tile, thread * width + i * stride,
                [&](i64 index) { store(out + index, pack[i]); },
                [&](i64 index, int j) { out[index] = pack[i].lane[j]; });
        }
    }
};

struct MeanCall {
    const void* x;
    void* out;
    Layout layout;
    Granularity granularity;
    i64 samples, first_element;
    KeepRule rule;
};

template <class T, int width, bool in_order>
void launch(const MeanCall& call, Stream stream) {
    const MaskTiling tiling(call.layout, call.granularity, call.first_element,
                            tile_elements<width>);
    const int fit = mask_threads / tiling.blocks_per_pass();
    const MeanOfPasses<T, width, in_order> body{
        static_cast<const T*>(call.x),
        static_cast<T*>(call.out),
        call.samples,
        tiling,
        MaskRule(call.rule),
        static_cast<ComputeOf<T>>(inverse_keep(call.rule.threshold)),
        static_cast<ComputeOf<T>>(call.samples),
        fit < max_shares ? fit : max_shares};
    for_each_tile("mc_dropout_mean", tiling.tiles(), body, stream);
}

template <class T, int width>
void launch(const MeanCall& call, Stream stream) {
    if (mask_in_order(call.layout, call.granularity)) return launch<T, width, true>(call, stream);
    launch<T, width, false>(call, stream);
}

}  // namespace

void mc_dropout_mean(const void* x, void* out, DType dtype, const Layout& layout,
                     Granularity granularity, i64 samples, i64 first_element, const KeepRule& rule,
                     Stream stream) {
    const MeanCall call{x, out, layout, granularity, samples, first_element, rule};
    with_scalar(dtype, [&]<class T>(T) {
        constexpr int width = pack_width<T>;
        const i64 channels = layout.pixel_major ? layout.channels : width;
        if (aligned(x, out) && channels % width == 0) return launch<T, width>(call, stream);
        launch<T, 1>(call, stream);
    });
}

}  // namespace frontiers::cuda
