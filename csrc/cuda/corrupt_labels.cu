// corrupt_labels with CUDA: a block of threads decides a tile of mask blocks first, one a thread,
// and then throws for four labels at a time.
#include "frontiers/corrupt_labels.hpp"
#include "launch.hpp"

namespace frontiers::cuda {
namespace {

template <class T>
struct CorruptLabelsBody {
    static constexpr int threads = threads_per_block, phases = 2;
    static constexpr i64 tile_blocks = 64, tile_labels = tile_blocks * lanes_per_block;
    struct Shared {
        Block chosen[tile_blocks];
    };
    struct Own {};

    const T* labels;
    T* out;
    u8* redrawn;
    i64 n;
    Corruption rule;

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const Place& place, Shared& shared, Own&) const {
        if constexpr (phase == 0) {
            const i64 block = place.tile * tile_blocks + place.thread;
            if (place.thread < tile_blocks && block * lanes_per_block < n) {
                shared.chosen[place.thread] = keep_block(static_cast<u64>(block), rule.chosen);
            }
        } else {
            for (i64 lane = 4 * place.thread; lane < tile_labels; lane += 4 * threads) {
                throw_four(place.tile * tile_labels + lane, lane, shared);
            }
        }
    }

    FRONTIERS_DEVICE void throw_four(i64 first, i64 lane, const Shared& shared) const {
        if (first >= n) return;
        const u32 word = shared.chosen[lane / lanes_per_block].word[lane % lanes_per_block / 32];
        const u32 bits = (word >> (lane % 32)) & 15u;
        const Block block =
            philox_block(static_cast<u64>(first / 4), corruption_stream, rule.chosen.seed);
        FRONTIERS_UNROLL
        for (int j = 0; j < 4; ++j) {
            const i64 i = first + j;
            if (i >= n) return;
            const bool chosen = ((bits >> j) & 1u) != 0;
            T label = labels[i];
            if (chosen) label = static_cast<T>(face_at(block.word[j], i));
            out[i] = label;
            redrawn[i] = chosen ? 1 : 0;
        }
    }

    FRONTIERS_DEVICE u64 face_at(u32 word, i64 i) const {
        const Throw thrown = throw_narrow(rule.die, word);
        if (thrown.fair) return thrown.face;
        return face_of(rule.die, static_cast<u64>(i), 0, corruption_stream, rule.chosen.seed);
    }
};

}  // namespace

void corrupt_labels(const void* labels, void* out, u8* redrawn, i64 width, i64 n,
                    const Corruption& rule, Stream stream) {
    with_integer(width, [&]<class T>(T) {
        using Body = CorruptLabelsBody<T>;
        const i64 tiles = (n + Body::tile_labels - 1) / Body::tile_labels;
        const Body body{static_cast<const T*>(labels), static_cast<T*>(out), redrawn, n, rule};
        for_each_tile("corrupt_labels", tiles, body, stream);
    });
}

}  // namespace frontiers::cuda
