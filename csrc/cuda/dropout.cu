// CUDA dropout where the mask is in memory order. Each thread draws one block of 128 bits into
// shared memory, then applies bits to as many elements, 16 bytes at a time. Thread blocks are
// small, so many of them are resident and hide each other's latencies. One pass may run in place.
// For other layouts see mc_dropout.cu.
//
// Several passes are written one after the other, so memory is written almost in order. All passes
// of a chunk of x are written before the next chunk, so x is re-read from the cache.
#include "dropout_passes.hpp"
#include "frontiers/dropout.hpp"
#include "mask_tiles.hpp"

namespace frontiers::cuda {
namespace {

constexpr i64 chunk_bytes = 2 << 20;  // fits any GPU's L2 cache, with room for the output

template <class T, int width>
struct DropoutInOrder {
    static constexpr int threads = 64;
    static constexpr int phases = 2;
    static constexpr int packs = sizeof(T) == 2 && width > 1 ? 2 : 4;  // loads in flight
    static constexpr int elements = threads * lanes;                   // per tile
    static constexpr int stride = threads * width;                     // between a thread's packs
    static constexpr int group = packs * stride;  // elements per group of loads

    struct Shared {
        u32 drawn[4 * (threads + 1) + 1];
    };
    struct Local {
        Pack<T, width> first[packs];
        i64 base;  // the tile's first element in x
        T* to;     // the pass's output
    };

    const T* x;
    T* out;
    i64 n, first_element, samples;
    MaskRule rule;
    ComputeOf<T> scale;
    i64 tiles, tiles_per_chunk;

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local& local) const {
        if constexpr (phase == 0) {
            const i64 pass = find(item.tile, local), bit = first_element + local.base;
            fetch(local.base + item.thread * width, local.first);
            const u64 block = static_cast<u64>(bit / lanes_per_block);
            draw(block, item.thread, pass, shared);
            // A tile that begins inside a block of bits extends into one more.
            if (within_block(local) != 0 && item.thread == 0) draw(block, threads, pass, shared);
        } else {
            const i64 begin = local.base + item.thread * width;
            const int position = within_block(local) + item.thread * width;
            apply(begin, local.first, shared.drawn, position, local.to);
            FRONTIERS_KEEP_ROLLED  // unrolling would cost registers and so occupancy
                for (int done = group; done < elements; done += group) {
                Pack<T, width> next[packs];
                fetch(begin + done, next);
                apply(begin + done, next, shared.drawn, position + done, local.to);
            }
        }
    }

    // Finds the tile of x and the pass; returns the pass.
    FRONTIERS_DEVICE i64 find(i64 index, Local& local) const {
        i64 pass = 0;
        if (samples > 1) {
            const i64 chunk = index / (tiles_per_chunk * samples);
            const i64 first = chunk * tiles_per_chunk, rest = index - first * samples;
            const i64 left = tiles - first,
                      chunk_tiles = left < tiles_per_chunk ? left : tiles_per_chunk;
            pass = rest / chunk_tiles;
            index = first + rest - pass * chunk_tiles;
        }
        local.base = index * elements;
        local.to = out + pass * n;
        return pass;
    }

    FRONTIERS_DEVICE int within_block(const Local& local) const {
        return static_cast<int>((first_element + local.base) % lanes_per_block);
    }

    FRONTIERS_DEVICE void draw(u64 first, int block_index, i64 pass, Shared& shared) const {
        const Block keep = rule.block(first + static_cast<u64>(block_index), pass);
        FRONTIERS_UNROLL
        for (int j = 0; j < 4; ++j) shared.drawn[4 * block_index + j] = keep.word[j];
    }

    FRONTIERS_DEVICE void fetch(i64 begin, Pack<T, width> (&to)[packs]) const {
        FRONTIERS_UNROLL
        for (int i = 0; i < packs; ++i) {
            const i64 element = begin + i * stride;
            if (element + width <= n) {
                to[i] = load<width>(x + element);
            } else {
                for (int j = 0; j < width; ++j) {
                    if (element + j < n) to[i].lane[j] = x[element + j];
                }
            }
        }
    }

    FRONTIERS_DEVICE void apply(i64 begin, const Pack<T, width> (&from)[packs], const u32* drawn,
                                int position, T* to) const {
        FRONTIERS_UNROLL
        for (int i = 0; i < packs; ++i) {
            const i64 element = begin + i * stride;
            Pack<T, width> result;
            FRONTIERS_UNROLL
            for (int j = 0; j < width; ++j)
                result.lane[j] = drop_or_scale<T>(from[i].lane[j], true, scale);
            result = keep_only<T, width>(bit_copy<Words<T, width>>(result),
                                         bits_from(drawn, position + i * stride));
            if (element + width <= n) {
                samples > 1 ? store_streaming(to + element, result) : store(to + element, result);
            } else {
                for (int j = 0; j < width; ++j) {
                    if (element + j < n) to[element + j] = result.lane[j];
                }
            }
        }
    }
};

template <class T, int width>
void launch(const DropoutCall& call, Stream stream) {
    using Body = DropoutInOrder<T, width>;
    const i64 n = element_count(call.layout), tiles = divide_up(n, Body::elements);
    const Body body{static_cast<const T*>(call.x),
                    static_cast<T*>(call.out),
                    n,
                    call.first_element,
                    call.samples,
                    MaskRule(call.rule),
                    static_cast<ComputeOf<T>>(inverse_keep(call.rule.threshold)),
                    tiles,
                    chunk_bytes / (Body::elements * static_cast<i64>(sizeof(T)))};
    for_each_tile(call.kernel, tiles * call.samples, body, stream);
}

void dropout_in_order(const DropoutCall& call, Stream stream) {
    with_scalar(call.dtype, [&]<class T>(T) {
        constexpr int width = pack_width<T>;
        const bool passes_aligned = call.samples == 1 || element_count(call.layout) % width == 0;
        if (passes_aligned && aligned(call.x, call.out)) return launch<T, width>(call, stream);
        launch<T, 1>(call, stream);
    });
}

}  // namespace

void dropout_passes(const DropoutCall& call, Stream stream) {
    if (mask_in_order(call.layout, call.granularity)) return dropout_in_order(call, stream);
    dropout_out_of_order(call, stream);
}

void dropout(const void* x, void* out, DType dtype, const Layout& layout, Granularity granularity,
             i64 first_element, const KeepRule& rule, Stream stream) {
    dropout_passes({"dropout", x, out, dtype, layout, granularity, 1, first_element, rule}, stream);
}

}  // namespace frontiers::cuda
