// CUDA additive_noise: one thread per four elements; see displace.hpp.
#include "displace.hpp"
#include "frontiers/additive_noise.hpp"

namespace frontiers::cuda {
namespace {

bool varies(const AdditiveNoise& call) {
    return call.amount.varies() || call.low.varies() || call.high.varies();
}

// Sample and channel of an element. Costs two divisions, so computed only where parameters vary.
struct Owner {
    i64 sample = 0, channel = 0;

    FRONTIERS_DEVICE Owner(const AdditiveNoise& call, i64 element, bool wanted) {
        if (!wanted) return;
        const i64 row = element / call.inner;
        sample = row / call.channels;
        channel = row - sample * call.channels;
    }
};

template <class T, Distribution distribution>
struct NoiseRule {
    AdditiveNoise call;
    bool by_owner;

    FRONTIERS_DEVICE BlockNumbers numbers(i64, i64 block) const {
        return block_numbers<distribution>(block, stream_of(call), call.seed);
    }

    FRONTIERS_DEVICE T changed(T x, float v, i64, i64 element) const {
        const Owner owner(call, element, by_owner);
        const double amount = value_at(call.amount, owner.sample, owner.channel);
        return displaced(
            x, v,
            displacement<T>(amount,
                            distribution == Distribution::uniform ? amount : __builtin_inf(),
                            value_at(call.low, owner.sample, owner.channel),
                            value_at(call.high, owner.sample, owner.channel)));
    }
};

struct BlockWords {
    u32 value[4];
};

template <class T>
struct SaltRule {
    AdditiveNoise call;
    bool by_owner;

    FRONTIERS_DEVICE BlockWords numbers(i64, i64 block) const {
        return bit_copy<BlockWords>(
            philox_block(static_cast<u64>(block), stream_of(call), call.seed));
    }

    FRONTIERS_DEVICE T changed(T x, u32 word, i64, i64 element) const {
        const Owner owner(call, element, by_owner);
        return salted(x, word,
                      salt_parameters<T>(value_at(call.amount, owner.sample, owner.channel),
                                         value_at(call.low, owner.sample, owner.channel),
                                         value_at(call.high, owner.sample, owner.channel)));
    }
};

}  // namespace

void additive_noise(const AdditiveNoise& call, Stream stream) {
    const i64 size = call.samples * call.channels * call.inner;
    with_scalar(call.dtype, [&]<class T>(T) {
        const auto change = [&](const auto& rule) {
            apply_by_block<T>("additive_noise", call.x, call.out, 1, size, call.first_element, rule,
                              stream);
        };
        switch (call.kind) {
            case NoiseKind::gaussian:
                return change(NoiseRule<T, Distribution::normal>{call, varies(call)});
            case NoiseKind::uniform:
                return change(NoiseRule<T, Distribution::uniform>{call, varies(call)});
            case NoiseKind::salt_and_pepper:
                return change(SaltRule<T>{call, varies(call)});
        }
    });
}

}  // namespace frontiers::cuda
