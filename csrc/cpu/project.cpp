// CPU project, sample by sample.
#include "frontiers/project.hpp"

#include "selection.hpp"

namespace frontiers::cpu {
namespace {

template <class T>
void write_selected(const BallTile& tile, const u64* keys, const Selection& selection, T* out) {
    const T* x = static_cast<const T*>(tile.x);
    const T* origin = static_cast<const T*>(tile.origin);
    for (i64 i = 0; i < tile.count; ++i) {
        const SampleBox& box = *tile.box;
        const Bounds bounds = box.by_channel == nullptr
                                  ? box.bounds
                                  : box.by_channel[channel_of(box.layout, tile.first + i)];
        const bool changes = is_selected(selection, keys[i], tie_key(tile.first + i));
        out[i] = clip_element<T>(static_cast<double>(Scalar<T>::load(changes ? x[i] : origin[i])),
                                 bounds);
    }
}

void keep_largest(const BallSample& sample, DType dtype) {
    const Isa& table = isa();
    const i64 elements = sample.elements();
    const double limit = static_cast<double>(elements);
    const double budget = sample.epsilon() < limit ? sample.epsilon() : limit;
    const auto keys = [&](i64 number, u64* tile_keys) {
        const BallTile tile = sample.tile(number, sample.x());
        table.gain_keys(tile, tile_keys);
        return tile.count;
    };
    const Selection selection =
        select_largest(sample, static_cast<i64>(budget), value_levels + tie_levels, keys);
    if (selection.invalid) return sample.write(Norm::l0, sample.x(), invalid_search());
    sample.for_each_tile([&](i64 number) {
        u64 tile_keys[tile_elements];
        keys(number, tile_keys);
        with_scalar(dtype, [&]<class T>(T) {
            write_selected(sample.tile(number, sample.x()), tile_keys, selection,
                           reinterpret_cast<T*>(sample.at(sample.out(), number)));
        });
    });
}

}  // namespace

void project(const StepCall& call, Norm norm, int threads) {
    for_each_sample(call, threads, [&](const BallSample& sample) {
        if (norm == Norm::l0) return keep_largest(sample, call.dtype);
        sample.project(norm, sample.x(), [](i64) {});
    });
}

i64 ball_workspace(i64, i64) { return 0; }

}  // namespace frontiers::cpu
