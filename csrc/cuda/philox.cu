// CUDA philox: each thread draws the numbers of 16 bytes of the result or of one Philox block,
// whichever are more.
#include "frontiers/die.hpp"
#include "frontiers/philox.hpp"
#include "launch.hpp"

namespace frontiers::cuda {
namespace {

// A Draw computes the Draw::per_block numbers of a block, whose first element is `first`.

struct DrawBits {
    static constexpr int per_block = 4;

    FRONTIERS_DEVICE void operator()(const Block& block, i64, u32* numbers) const {
        for (int j = 0; j < 4; ++j) numbers[j] = block.word[j];
    }
};

template <class T>
struct DrawUniform {
    static constexpr int per_block = sizeof(T) == 8 ? 2 : 4;

    FRONTIERS_DEVICE void operator()(const Block& block, i64, T* numbers) const {
        for (int j = 0; j < per_block; ++j) {
            if constexpr (per_block == 2) {
                numbers[j] = Uniform<T>::unit(block.word[2 * j], block.word[2 * j + 1]);
            } else {
                numbers[j] = Scalar<T>::store(Uniform<T>::unit(block.word[j]));
            }
        }
    }
};

template <class T>
struct DrawNormal {
    static constexpr int per_block = sizeof(T) == 8 ? 2 : 4;

    FRONTIERS_DEVICE void operator()(const Block& block, i64, T* numbers) const {
        for (int j = 0; j < per_block; j += 2) {
            double first, second;
            if constexpr (per_block == 2) {
                box_muller(open_unit(block.word[0], block.word[1]),
                           open_unit(block.word[2], block.word[3]), first, second);
            } else {
                box_muller(open_unit(block.word[j]), open_unit(block.word[j + 1]), first, second);
            }
            numbers[j] = Scalar<T>::store(static_cast<ComputeOf<T>>(first));
            numbers[j + 1] = Scalar<T>::store(static_cast<ComputeOf<T>>(second));
        }
    }
};

template <class T, bool wide>
struct DrawInteger {
    static constexpr int per_block = wide ? 2 : 4;
    Die die;
    u64 low, seed, offset;

    FRONTIERS_DEVICE void operator()(const Block& block, i64 first, T* numbers) const {
        for (int j = 0; j < per_block; ++j) {
            Roll roll;
            if constexpr (wide) {
                roll = roll_wide(die, block.word[2 * j], block.word[2 * j + 1]);
            } else {
                roll = roll_narrow(die, block.word[j]);
            }
            const u64 face = roll.accepted ? roll.face
                                           : face_of(die, static_cast<u64>(first + j), offset,
                                                     integer_stream, seed);
            numbers[j] = static_cast<T>(low + face);
        }
    }
};

// Key: a seed, or precomputed RoundKeys.
template <class T, class Draw, class Key>
struct PhiloxBody {
    static constexpr int per_block = Draw::per_block;
    static constexpr int width = pack_width<T> < per_block ? per_block : pack_width<T>;
    T* out;
    Key key;
    u64 offset, subsequence;
    Draw draw;

    template <int count>
    FRONTIERS_DEVICE void run(i64 first) const {
        T numbers[count == 1 ? per_block : count];
        const i64 start = first - first % per_block;
        u64 counter = offset + static_cast<u64>(first / per_block);
        FRONTIERS_UNROLL
        for (int j = 0; j < count; j += per_block, ++counter) {
            draw(philox_block(counter, subsequence, key), start + j, numbers + j);
        }
        if constexpr (count == 1) {
            // Compares instead of indexing: a dynamic index would move the array to local memory.
            FRONTIERS_UNROLL
            for (int j = 0; j < per_block; ++j) {
                if (start + j == first) out[first] = numbers[j];
            }
        } else {
            store_all(out + first, numbers);
        }
    }
};

template <class T, class Draw, class Key>
void fill(const char* kernel, void* out, i64 n, const Key& key, u64 offset, u64 subsequence,
          const Draw& draw, Stream stream) {
    const PhiloxBody<T, Draw, Key> body{static_cast<T*>(out), key, offset, subsequence, draw};
    for_each_run(kernel, n, body, aligned(out), stream);
}

}  // namespace

void fill_bits(u32* out, i64 n, u64 seed, u64 offset, u64 subsequence, Stream stream) {
    fill<u32>("bits", out, n, round_keys(seed), offset, subsequence, DrawBits{}, stream);
}

void fill_uniform(void* out, DType dtype, i64 n, u64 seed, u64 offset, Stream stream) {
    with_scalar(dtype, [&]<class T>(T) {
        fill<T>("uniform", out, n, round_keys(seed), offset, stream_of(number_stream, 0),
                DrawUniform<T>{}, stream);
    });
}

void fill_normal(void* out, DType dtype, i64 n, u64 seed, u64 offset, Stream stream) {
    with_scalar(dtype, [&]<class T>(T) {
        fill<T>("normal", out, n, round_keys(seed), offset, stream_of(number_stream, 0),
                DrawNormal<T>{}, stream);
    });
}

void fill_integers(void* out, i64 width, i64 n, u64 low, u64 faces, u64 seed, u64 offset,
                   Stream stream) {
    const Die die = make_die(faces);
    with_integer(width, [&]<class T>(T) {
        if (die.wide) {
            fill<T>("randint", out, n, seed, offset, stream_of(integer_stream, 0),
                    DrawInteger<T, true>{die, low, seed, offset}, stream);
        } else {
            fill<T>("randint", out, n, seed, offset, stream_of(integer_stream, 0),
                    DrawInteger<T, false>{die, low, seed, offset}, stream);
        }
    });
}

}  // namespace frontiers::cuda
