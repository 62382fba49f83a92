// CUDA moments: each thread runs over all passes of 16 bytes of adjacent columns.
#include "frontiers/moments.hpp"
#include "launch.hpp"

namespace frontiers::cuda {
namespace {

template <int columns>
struct Columns {
    double mean[columns], m2[columns];
};

template <class T>
struct Samples {
    const T* from;
    i64 passes, inner;

    // Folds in all passes of `columns` columns, starting at column `first` of (outer, inner).
    template <int columns>
    FRONTIERS_DEVICE void fold(i64 first, i64 count, Columns<columns>& state) const {
        const i64 outer = first / inner;
        const T* pass = from + outer * passes * inner + (first - outer * inner);
        i64 done = 0;
        // Several loads are in flight while the first result is used.
        for (; done + loads_in_flight <= passes; done += loads_in_flight) {
            Pack<T, columns> values[loads_in_flight];
            FRONTIERS_UNROLL
            for (int k = 0; k < loads_in_flight; ++k)
                values[k] = load<columns>(pass + (done + k) * inner);
            FRONTIERS_UNROLL
            for (int k = 0; k < loads_in_flight; ++k) add(values[k], count + done + k + 1, state);
        }
        for (; done < passes; ++done) {
            add(load<columns>(pass + done * inner), count + done + 1, state);
        }
    }

  private:
    static constexpr int loads_in_flight = 4;

    template <int columns>
    FRONTIERS_DEVICE static void add(const Pack<T, columns>& values, i64 count,
                                     Columns<columns>& state) {
        const double inverse = 1.0 / static_cast<double>(count);
        FRONTIERS_UNROLL
        for (int j = 0; j < columns; ++j) {
            const auto x = static_cast<double>(Scalar<T>::load(values.lane[j]));
            welford(x, inverse, state.mean[j], state.m2[j]);
        }
    }
};

template <class T>
struct MomentsBody {
    static constexpr int width = pack_width<T>;
    Samples<T> samples;
    double degrees_of_freedom;
    T* mean;
    T* variance;

    template <int columns>
    FRONTIERS_DEVICE void run(i64 first) const {
        Columns<columns> state{};
        samples.fold(first, 0, state);
        Pack<T, columns> mean_pack, variance_pack;
        FRONTIERS_UNROLL
        for (int j = 0; j < columns; ++j) {
            mean_pack.lane[j] = Scalar<T>::store(static_cast<ComputeOf<T>>(state.mean[j]));
            variance_pack.lane[j] =
                Scalar<T>::store(static_cast<ComputeOf<T>>(state.m2[j] / degrees_of_freedom));
        }
        store(mean + first, mean_pack);
        store(variance + first, variance_pack);
    }
};

template <class T>
struct UpdateBody {
    static constexpr int width = pack_width<T>;
    Samples<T> samples;
    i64 count;
    double* mean;
    double* m2;

    template <int columns>
    FRONTIERS_DEVICE void run(i64 first) const {
        Columns<columns> state;
        for (int j = 0; j < columns; ++j) {
            state.mean[j] = mean[first + j];
            state.m2[j] = m2[first + j];
        }
        samples.fold(first, count, state);
        for (int j = 0; j < columns; ++j) {
            mean[first + j] = state.mean[j];
            m2[first + j] = state.m2[j];
        }
    }
};

}  // namespace

void moments(const void* samples, DType dtype, i64 outer, i64 passes, i64 inner, i64 correction,
             void* mean, void* variance, Stream stream) {
    with_scalar(dtype, [&]<class T>(T) {
        const MomentsBody<T> body{{static_cast<const T*>(samples), passes, inner},
                                  static_cast<double>(passes - correction),
                                  static_cast<T*>(mean),
                                  static_cast<T*>(variance)};
        const bool packs = aligned(samples, mean, variance) && inner % pack_width<T> == 0;
        for_each_run("moments", outer * inner, body, packs, stream);
    });
}

void update_moments(const void* samples, DType dtype, i64 outer, i64 passes, i64 inner, i64 count,
                    double* mean, double* m2, Stream stream) {
    with_scalar(dtype, [&]<class T>(T) {
        const UpdateBody<T> body{{static_cast<const T*>(samples), passes, inner}, count, mean, m2};
        const bool packs = aligned(samples) && inner % pack_width<T> == 0;
        for_each_run("moments", outer * inner, body, packs, stream);
    });
}

}  // namespace frontiers::cuda
