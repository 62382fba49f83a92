#include "ball_samples.hpp"

namespace frontiers::cpu {
namespace {

// Largest sample whose per-element values are precomputed: 64 KiB of stack.
constexpr i64 max_precomputed = 4096;
static_assert(max_precomputed <= tile_elements && max_precomputed % sum_lanes == 0);

Bounds bounds_as(DType dtype, double low, double high) {
    Bounds bounds{};
    with_scalar(dtype, [&]<class T>(T) { bounds = bounds_in<T>(low, high); });
    return bounds;
}

template <Norm norm>
void run_search(BallSearch& search, const BallSums& first, double epsilon, auto&& sums_at) {
    search = begin_search<norm>(first, epsilon);
    for (int round = 0; round < max_rounds && search.status == SearchStatus::searching; ++round) {
        advance_search<norm>(search, sums_at(search.theta));
    }
    end_search(search);
}

}  // namespace

BallSample::BallSample(const StepCall& call, i64 sample, int threads)
    : call_(call),
      table_(isa()),
      sample_(sample),
      elements_(sample_elements(call.layout)),
      width_(size_of(call.dtype)),
      threads_(threads) {
    const i64 start = sample * elements_ * width_;
    const auto from = [&](const void* memory) {
        return memory == nullptr ? nullptr : static_cast<const u8*>(memory) + start;
    };
    x_ = from(call.x);
    grad_ = from(call.grad);
    origin_ = from(call.origin);
    out_ = static_cast<u8*>(call.out) + start;
    const auto bounds_of = [&](i64 channel) {
        return bounds_as(call.dtype, value_at(call.low, sample, channel),
                         value_at(call.high, sample, channel));
    };
    box_ = {bounds_of(0), nullptr, call.layout};
    if (call.low.channel_stride != 0 || call.high.channel_stride != 0) {
        for (i64 channel = 0; channel < call.layout.channels; ++channel) {
            by_channel_.push_back(bounds_of(channel));
        }
        box_.by_channel = by_channel_.data();
    }
}

BallTile BallSample::tile(i64 number, const u8* x, const u8* second) const {
    const i64 first = number * tile_elements, left = elements_ - first;
    return {x + first * width_,
            second + first * width_,
            call_.dtype,
            first,
            left < tile_elements ? left : tile_elements,
            &box_};
}

BallSearch BallSample::search_from(Norm norm, const u8* v, TileSums<BallSums>& parts,
                                   const ActiveList* lists) const {
    const auto total = [&] {
        return parts.total([](BallSums& to, const BallSums& from) { add_to(to, from); });
    };
    const auto sums_at = [&](double theta) {
        for_each_tile([&](i64 number) {
            parts[number] = table_.ball_later_round(tile(number, v), norm, theta, lists[number]);
        });
        return total();
    };
    BallSearch search{};
    if (norm == Norm::l1 && elements_ <= max_precomputed && parts[0].floor == 0.0)
        return l1_search(v, parts[0]);
    norm == Norm::l2 ? run_search<Norm::l2>(search, total(), epsilon(), sums_at)
                     : run_search<Norm::l1>(search, total(), epsilon(), sums_at);
    return search;
}

// For samples that fit a cache: values that do not depend on theta are computed once, in the first
// later round.
BallSearch BallSample::l1_search(const u8* v, const BallSums& first) const {
    alignas(64) double distance[max_precomputed], limit[max_precomputed];
    bool precomputed = false;
    BallSearch search{};
    run_search<Norm::l1>(search, first, epsilon(), [&](double theta) {
        if (!precomputed) table_.l1_precompute(tile(0, v), distance, limit);
        precomputed = true;
        return table_.l1_later_round(distance, limit, elements_, theta);
    });
    return search;
}

void BallSample::write(Norm norm, const u8* v, const BallSearch& search) const {
    for_each_tile(
        [&](i64 number) { table_.ball_write(tile(number, v), at(out_, number), norm, search); });
}

}  // namespace frontiers::cpu
