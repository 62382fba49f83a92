// CUDA corrupt_labels: each thread draws one block of the selection mask, then rolls the die for as
// many labels, four at a time.
#include "frontiers/corrupt_labels.hpp"
#include "mask_tiles.hpp"

namespace frontiers::cuda {
namespace {

template <class T, int width>
struct CorruptLabelsBody {
    static constexpr int threads = 64, phases = 2;
    static constexpr i64 tile_labels = threads * lanes_per_block;
    struct Shared {
        Block chosen[threads];
    };
    struct Local {};

    const T* labels;
    T* out;
    u8* redrawn;
    i64 n;
    MaskRule chosen;
    Die die;
    u64 seed;

    FRONTIERS_DEVICE i64 rounds() const { return 1; }

    template <int phase>
    FRONTIERS_DEVICE void run(const WorkItem& item, Shared& shared, Local&) const {
        if constexpr (phase == 0) {
            const i64 block = item.tile * threads + item.thread;
            if (block * lanes_per_block < n) {
                shared.chosen[item.thread] = chosen.block(static_cast<u64>(block), 0);
            }
        } else {
            for (i64 lane = 4 * item.thread; lane < tile_labels; lane += 4 * threads) {
                replace_four(item.tile * tile_labels + lane, lane, shared);
            }
        }
    }

    FRONTIERS_DEVICE void replace_four(i64 first, i64 lane, const Shared& shared) const {
        if (first >= n) return;
        const u32 word = shared.chosen[lane / lanes_per_block].word[lane % lanes_per_block / 32];
        const u32 bits = (word >> (lane % 32)) & 15u;
        const Block block =
            philox_block(static_cast<u64>(first / 4), stream_of(label_face_stream, 0), chosen.keys);
        FRONTIERS_UNROLL
        for (int j = 0; j < 4; j += width) {
            if (first + j + width <= n) replace<width>(first + j, bits >> j, block.word + j);
        }
        if constexpr (width > 1) {
            if (first + 4 <= n) return;
            FRONTIERS_UNROLL
            for (int j = 0; j < 4; ++j) {
                if (first + j < n) replace<1>(first + j, bits >> j, block.word + j);
            }
        }
    }

    template <int count>
    FRONTIERS_DEVICE void replace(i64 first, u32 bits, const u32* words) const {
        Pack<T, count> label = load<count>(labels + first);
        Pack<u8, count> marks;
        FRONTIERS_UNROLL
        for (int j = 0; j < count; ++j) {
            marks.lane[j] = static_cast<u8>(bits >> j & 1u);
            if (marks.lane[j] != 0) label.lane[j] = static_cast<T>(face_at(words[j], first + j));
        }
        store(out + first, label);
        store(redrawn + first, marks);
    }

    FRONTIERS_DEVICE u64 face_at(u32 word, i64 i) const {
        const Roll roll = roll_narrow(die, word);
        if (roll.accepted) return roll.face;
        return face_of(die, static_cast<u64>(i), 0, label_face_stream, seed);
    }
};

template <class T, int width>
void launch(const void* labels, void* out, u8* redrawn, i64 n, const Corruption& rule,
            Stream stream) {
    using Body = CorruptLabelsBody<T, width>;
    const Body body{static_cast<const T*>(labels),
                    static_cast<T*>(out),
                    redrawn,
                    n,
                    MaskRule(rule.chosen),
                    rule.die,
                    rule.chosen.seed};
    for_each_tile("corrupt_labels", divide_up(n, Body::tile_labels), body, stream);
}

}  // namespace

void corrupt_labels(const void* labels, void* out, u8* redrawn, i64 width, i64 n,
                    const Corruption& rule, Stream stream) {
    with_integer(width, [&]<class T>(T) {
        // Four at a time if their addresses allow one access, or two for the widest type.
        const auto address = reinterpret_cast<std::uintptr_t>(labels) |
                             reinterpret_cast<std::uintptr_t>(out) |
                             reinterpret_cast<std::uintptr_t>(redrawn) * sizeof(T);
        if (address % (4 * sizeof(T)) == 0) {
            return launch<T, 4>(labels, out, redrawn, n, rule, stream);
        }
        launch<T, 1>(labels, out, redrawn, n, rule, stream);
    });
}

}  // namespace frontiers::cuda
