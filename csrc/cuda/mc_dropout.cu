// CUDA dropout passes where the mask is not in memory order (for the other case see dropout.cu). A
// block holds a tile of x in registers, draws the bits of a few passes into shared memory, brings
// them into the tile's order and writes these passes, until its share of the passes is done. The
// mask never leaves the chip.
//
// The passes of a tile are split among several blocks: they re-read x from the cache, and a small x
// with many passes still fills the GPU. Neighbouring blocks write the same passes, so memory is
// written almost in order.
#include "dropout_passes.hpp"
#include "frontiers/mc_dropout.hpp"
#include "mask_tiles.hpp"

namespace frontiers::cuda {
namespace {

constexpr int packs = 8;             // per thread
constexpr int max_passes = 4;        // at a time
constexpr i64 min_blocks = 1 << 12;  // several times what any GPU runs at once

template <class T, int width>
struct DropoutPasses {
    static constexpr int threads = mask_threads;
    static constexpr int elements = packs * threads * width;  // per tile
    static constexpr int phases = 2;
    static constexpr int stride = threads * width;  // between a thread's packs
    static constexpr int words = elements / 32;

    struct Shared {
        u32 drawn[4 * mask_blocks + 1];
        u32 ordered[max_passes * words + 1];
    };
    struct Local {
        MaskTile tile;
        Words<T, width> scaled[packs];
    };

    const T* x;
    T* out;
    i64 total, samples;
    MaskTiling tiling;
    MaskRule rule;
    ComputeOf<T> scale;
    int passes_at_once;
    i64 tiles;
    i64 share;  // passes that a block writes, a multiple of passes_at_once

    // Each round draws passes and writes those of the round before.
    FRONTIERS_DEVICE i64 rounds() const { return share / passes_at_once + 1; }

    FRONTIERS_DEVICE int passes_from(i64 first) const {
        const i64 left = samples - first;
        return static_cast<int>(left < 0 ? 0 : left < passes_at_once ? left : passes_at_once);
    }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local& local) const {
        const i64 part = item.tile / tiles;
        const i64 begin = part * share, end = begin + share;
        const i64 first = begin + item.round * passes_at_once;
        if constexpr (phase == 0) {
            if (item.round == 0) {
                local.tile = tiling.tile(item.tile - part * tiles);
                fetch(item.thread, local);
            } else {
                const int passes = passes_from(first - passes_at_once);
                for (int pass = 0; pass < passes; ++pass) {
                    write(item.thread, local, shared.ordered + pass * words,
                          out + (first - passes_at_once + pass) * total);
                }
            }
            if (first >= end) return;
            tiling.draw<threads>(local.tile, item.thread, first, passes_from(first), rule,
                                 shared.drawn);
        } else if (first < end) {
            for (int i = item.thread; i < passes_from(first) * words; i += threads) {
                const int pass = i / words;
                shared.ordered[i] = tiling.word_in_order(
                    local.tile, i - pass * words, shared.drawn + pass * tiling.words_per_pass());
            }
        }
    }

    // Scales the elements once for all passes.
    FRONTIERS_DEVICE void fetch(int thread, Local& local) const {
        FRONTIERS_UNROLL
        for (int i = 0; i < packs; ++i) {
            Pack<T, width> pack{};
            tiling.visit<width, false>(
                local.tile, thread * width + i * stride,
                [&](i64 index) { pack = load<width>(x + index); },
                [&](i64 index, int j) { pack.lane[j] = x[index]; });
            FRONTIERS_UNROLL
            for (int j = 0; j < width; ++j)
                pack.lane[j] = drop_or_scale<T>(pack.lane[j], true, scale);
            local.scaled[i] = bit_copy<Words<T, width>>(pack);
        }
    }

    FRONTIERS_DEVICE void write(int thread, const Local& local, const u32* bits, T* to) const {
        const int position = thread * width;
        FRONTIERS_UNROLL
        for (int i = 0; i < packs; ++i) {
            const Pack<T, width> result =
                keep_only<T, width>(local.scaled[i], bits_from(bits + i * (stride / 32), position));
            tiling.visit<width, false>(
                local.tile, thread * width + i * stride,
                [&](i64 index) { store(to + index, result); },
                [&](i64 index, int j) { to[index] = result.lane[j]; });
        }
    }
};

template <class T, int width>
void launch(const DropoutCall& call, Stream stream) {
    using Body = DropoutPasses<T, width>;
    const MaskTiling tiling(call.layout, call.granularity, call.first_element, Body::elements);
    const i64 tiles = tiling.tiles();
    if (tiles == 0 || call.samples == 0) return;
    const int fit = tiling.passes_that_fit(mask_blocks);
    const int passes_at_once = fit < max_passes ? fit : max_passes;
    const i64 rounds = divide_up(call.samples, passes_at_once);
    const i64 parts = tiles < min_blocks ? min_blocks / tiles : 1;
    const i64 share = divide_up(rounds, parts) * passes_at_once;
    const Body body{static_cast<const T*>(call.x),
                    static_cast<T*>(call.out),
                    element_count(call.layout),
                    call.samples,
                    tiling,
                    MaskRule(call.rule),
                    static_cast<ComputeOf<T>>(inverse_keep(call.rule.threshold)),
                    passes_at_once,
                    tiles,
                    share};
    for_each_tile(call.kernel, tiles * divide_up(call.samples, share), body, stream);
}

}  // namespace

void dropout_out_of_order(const DropoutCall& call, Stream stream) {
    with_scalar(call.dtype, [&]<class T>(T) {
        constexpr int width = pack_width<T>;
        const i64 channels = call.layout.pixel_major ? call.layout.channels : width;
        const i64 between = call.samples == 1 ? width : element_count(call.layout);
        if (aligned(call.x, call.out) && channels % width == 0 && between % width == 0) {
            return launch<T, width>(call, stream);
        }
        launch<T, 1>(call, stream);
    });
}

void mc_dropout(const void* x, void* out, DType dtype, const Layout& layout,
                Granularity granularity, i64 samples, i64 first_element, const KeepRule& rule,
                Stream stream) {
    dropout_passes({"mc_dropout", x, out, dtype, layout, granularity, samples, first_element, rule},
                   stream);
}

}  // namespace frontiers::cuda
