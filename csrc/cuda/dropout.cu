// dropout with CUDA. Where the mask runs along memory, a thread draws one block of 128 bits into
// shared memory and then applies bits to as many elements, 16 bytes at a time: every thread draws,
// and a block is so small that many of them hide each other's waiting. Elsewhere it is one pass of
// mc_dropout's kernel. In place allowed.
#include "dropout_passes.hpp"
#include "frontiers/dropout.hpp"
#include "mask_tiles.hpp"

namespace frontiers::cuda {
namespace {

template <class T, int width>
struct DropoutOnce {
    static constexpr int threads = 64;
    static constexpr int phases = 2;
    static constexpr int packs = 8;                   // on their way at a time
    static constexpr int elements = threads * lanes;  // of a tile
    static constexpr int stride = threads * width;    // from a thread's pack to its next one
    static constexpr int group = packs * stride;      // elements

    struct Shared {
        u32 drawn[4 * (threads + 1) + 1];
    };
    struct Own {
        Pack<T, width> first[packs];
    };

    const T* x;
    T* out;
    i64 n, first_element;
    KeepRule rule;
    ComputeOf<T> scale;

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const Place& place, Shared& shared, Own& own) const {
        const i64 base = place.tile * elements, bit = first_element + base;
        const int within = static_cast<int>(bit % lanes_per_block);
        const i64 begin = base + place.thread * width;
        if constexpr (phase == 0) {
            fetch(begin, own.first);
            const u64 block = static_cast<u64>(bit / lanes_per_block);
            draw(block, place.thread, shared);
            // A tile that begins inside a block reaches into one more.
            if (within != 0 && place.thread == 0) draw(block, threads, shared);
        } else {
            const int position = within + place.thread * width;
            apply(begin, own.first, shared.drawn, position);
            FRONTIERS_KEEP_ROLLED  // more threads at a time instead of more registers for each
                for (int done = group; done < elements; done += group) {
                Pack<T, width> next[packs];
                fetch(begin + done, next);
                apply(begin + done, next, shared.drawn, position + done);
            }
        }
    }

    FRONTIERS_DEVICE void draw(u64 first, int own, Shared& shared) const {
        const Block keep = keep_block(first + static_cast<u64>(own), rule);
        FRONTIERS_UNROLL
        for (int j = 0; j < 4; ++j) shared.drawn[4 * own + j] = keep.word[j];
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
                                int position) const {
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
                store(out + element, result);
            } else {
                for (int j = 0; j < width; ++j) {
                    if (element + j < n) out[element + j] = result.lane[j];
                }
            }
        }
    }
};

template <class T, int width>
void launch(const T* x, T* out, i64 n, i64 first_element, const KeepRule& rule, Stream stream) {
    using Body = DropoutOnce<T, width>;
    const Body body{
        x, out, n, first_element, rule, static_cast<ComputeOf<T>>(inverse_keep(rule.threshold))};
    for_each_tile("dropout", divide_up(n, Body::elements), body, stream);
}

}  // namespace

void dropout(const void* x, void* out, DType dtype, const Layout& layout, Granularity granularity,
             i64 first_element, const KeepRule& rule, Stream stream) {
    if (!mask_in_order(layout, granularity)) {
        return dropout_passes(
            {"dropout", x, out, dtype, layout, granularity, 1, first_element, rule}, stream);
    }
    const i64 n = element_count(layout);
    with_scalar(dtype, [&]<class T>(T) {
        const T* from = static_cast<const T*>(x);
        T* to = static_cast<T*>(out);
        if (aligned(x, out)) {
            return launch<T, pack_width<T>>(from, to, n, first_element, rule, stream);
        }
        launch<T, 1>(from, to, n, first_element, rule, stream);
    });
}

}  // namespace frontiers::cuda
