// CPU render and its adjoint. Bands of rows of all poses run in parallel, each worker with its own
// buffers. The adjoint then runs bands of texture rows in parallel, each adding the contributions
// of all pixels in the order of poses and pixels.
#include "frontiers/render.hpp"

#include <atomic>
#include <memory>

#include "isa.hpp"
#include "threads.hpp"

namespace frontiers::cpu {
namespace {

constexpr i64 tasks_per_thread = 4;
constexpr i64 max_band_pixels = i64{1} << 20;  // bounds the buffers of a worker
constexpr i64 max_samples = i64{1} << 22;      // 64 MiB

i64 ceiling(i64 a, i64 b) { return (a + b - 1) / b; }

template <class T>
std::unique_ptr<T[]> memory(i64 count) {
    return std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(count));
}

// Splits `poses` images into tasks, each a band of rows of one pose.
struct Bands {
    i64 height, rows, per_pose;

    Bands(const View& view, i64 poses, int threads) : height(view.height) {
        // One thread gains nothing from bands, and each band projects all vertices.
        const i64 for_threads = threads == 1 ? 1 : ceiling(tasks_per_thread * threads, poses);
        const i64 for_memory = ceiling(view.height * view.width, max_band_pixels);
        rows = ceiling(height, for_threads > for_memory ? for_threads : for_memory);
        if (rows == 0) rows = 1;
        per_pose = ceiling(height, rows);
    }
    Rows at(i64 task) const {
        const i64 begin = task % per_pose * rows;
        return {begin, begin + rows < height ? begin + rows : height};
    }
};

// Buffers for as many tasks as run at a time. A task borrows one set and returns it.
class Workers {
  public:
    Workers(const View& view, const Bands& bands, int threads, bool rasterizes)
        : slots_(threads),
          vertices_per_slot_(rasterizes ? view.mesh.vertex_count : 0),
          pixels_per_slot_(rasterizes ? bands.rows * view.width : 0),
          width_(view.width),
          taken_(std::make_unique<std::atomic_flag[]>(static_cast<std::size_t>(threads))),
          vertex_memory_(memory<ScreenVertex>(slots_ * vertices_per_slot_)),
          nearest_(memory<float>(slots_ * pixels_per_slot_)),
          face_(memory<i32>(slots_ * pixels_per_slot_)),
          samples_(memory<Sample>(slots_ * width_)) {}

    // Calls work(buffers, room for one row of samples).
    template <class Work>
    void borrow(const Work& work) {
        i64 slot = 0;
        while (taken_[static_cast<std::size_t>(slot)].test_and_set(std::memory_order_acquire)) {
            slot = (slot + 1) % slots_;
        }
        work(RasterBuffers{vertex_memory_.get() + slot * vertices_per_slot_,
                           nearest_.get() + slot * pixels_per_slot_,
                           face_.get() + slot * pixels_per_slot_},
             samples_.get() + slot * width_);
        taken_[static_cast<std::size_t>(slot)].clear(std::memory_order_release);
    }

  private:
    i64 slots_, vertices_per_slot_, pixels_per_slot_, width_;
    std::unique_ptr<std::atomic_flag[]> taken_;
    std::unique_ptr<ScreenVertex[]> vertex_memory_;
    std::unique_ptr<float[]> nearest_;
    std::unique_ptr<i32[]> face_;
    std::unique_ptr<Sample[]> samples_;
};

// Calls task(index, pose, rows, buffers, row of samples) for all bands of `count` poses.
template <class Task>
void for_each_band(const Bands& bands, i64 first_pose, i64 count, int threads, Workers& workers,
                   const Task& task) {
    parallel_for(count * bands.per_pose, threads, [&](i64 index) {
        workers.borrow([&](const RasterBuffers& buffers, Sample* samples) {
            task(index, first_pose + index / bands.per_pose, bands.at(index), buffers, samples);
        });
    });
}

bool empty(const View& view) { return view.count == 0 || view.height == 0 || view.width == 0; }

void pad_texture(const void* texture_void, DType dtype, const TextureSize& size, int threads,
                 void* texels_void) {
    const i64 stride = padded_channels(size.channels), plane = size.height * size.width;
    with_scalar(dtype, [&]<class T>(T) {
        using C = ComputeOf<T>;
        const T* texture = static_cast<const T*>(texture_void);
        C* texels = static_cast<C*>(texels_void);
        parallel_for(size.height, threads, [&](i64 row) {
            for (i64 i = row * size.width; i < (row + 1) * size.width; ++i) {
                for (i64 c = 0; c < stride; ++c) {
                    const bool real = c < size.channels;
                    texels[i * stride + c] = real ? Scalar<T>::load(texture[c * plane + i]) : C(0);
                }
            }
        });
    });
}

// Allocated as doubles so that it is aligned for both compute types.
std::unique_ptr<double[]> padded_texture(DType dtype, const TextureSize& size) {
    const i64 values = size.height * size.width * padded_channels(size.channels);
    return memory<double>(dtype == DType::float64 ? values : ceiling(values, 2));
}

void render_from(const View& view, const Fragments* fragments, const void* texture, DType dtype,
                 const TextureSize& size, const Background& background, void* image, int threads) {
    if (empty(view) || size.channels == 0) return;
    const Isa& table = isa();
    const auto texels = padded_texture(dtype, size);
    pad_texture(texture, dtype, size, threads, texels.get());
    const Bands bands(view, view.count, threads);
    Workers workers(view, bands, threads, fragments == nullptr);
    const RenderCall call{view, fragments, dtype, size, texels.get(), background, image};
    for_each_band(bands, 0, view.count, threads, workers,
                  [&](i64, i64 pose, Rows rows, const RasterBuffers& buffers, Sample* samples) {
                      table.render(call, pose, rows, buffers, samples);
                  });
}

void adjoint_from(const View& view, const Fragments* fragments, const void* gradient, DType dtype,
                  const TextureSize& size, void* texture, int threads) {
    if (size.channels == 0 || size.height == 0 || size.width == 0) return;
    const Isa& table = isa();
    const i64 pixels = view.height * view.width;
    const i64 fit = pixels == 0 ? 1 : max_samples / pixels;
    const i64 max_poses = fit < 1 ? 1 : fit < view.count ? fit : view.count;
    const Bands bands(view, max_poses < 1 ? 1 : max_poses, threads);
    Workers workers(view, bands, threads, fragments == nullptr);
    const i64 capacity = bands.rows * view.width;
    const auto samples = memory<Sample>(max_poses * bands.per_pose * capacity);
    const auto counts = memory<i64>(max_poses * bands.per_pose);
    const auto sums = padded_texture(dtype, size);
    i64 pose = 0;
    do {
        const i64 poses = view.count - pose < max_poses ? view.count - pose : max_poses;
        for_each_band(
            bands, pose, poses, threads, workers,
            [&](i64 index, i64 pose_index, Rows rows, const RasterBuffers& buffers, Sample*) {
                counts[static_cast<std::size_t>(index)] =
                    table.collect_samples(view, fragments, size, pose_index, rows, buffers,
                                          samples.get() + index * capacity);
            });
        const SampleLists lists{samples.get(),  counts.get(), poses * bands.per_pose,
                                bands.per_pose, pose,         capacity};
        const ScatterCall call{gradient, dtype,     size,
                               pixels,   lists,     sums.get(),
                               texture,  pose == 0, pose + poses == view.count};
        const i64 rows = ceiling(size.height, 2 * threads);
        parallel_for(ceiling(size.height, rows), threads, [&](i64 band) {
            const i64 begin = band * rows;
            table.scatter(call, {begin, begin + rows < size.height ? begin + rows : size.height});
        });
        pose += poses;
    } while (pose < view.count);
}

}  // namespace

void rasterize(const View& view, const Fragments& out, void*, int threads) {
    if (empty(view)) return;
    const Isa& table = isa();
    const Bands bands(view, view.count, threads);
    Workers workers(view, bands, threads, true);
    for_each_band(bands, 0, view.count, threads, workers,
                  [&](i64, i64 pose, Rows rows, const RasterBuffers& buffers, Sample*) {
                      table.rasterize(view, pose, rows, buffers, out);
                  });
}

void render(const View& view, const void* texture, DType dtype, const TextureSize& size,
            const Background& background, void* image, void*, int threads) {
    render_from(view, nullptr, texture, dtype, size, background, image, threads);
}

void look_up(const View& view, const Fragments& fragments, const void* texture, DType dtype,
             const TextureSize& size, const Background& background, void* image, int threads) {
    render_from(view, &fragments, texture, dtype, size, background, image, threads);
}

void render_adjoint(const View& view, const void* gradient, DType dtype, const TextureSize& size,
                    void* texture, void*, int threads) {
    adjoint_from(view, nullptr, gradient, dtype, size, texture, threads);
}

void look_up_adjoint(const View& view, const Fragments& fragments, const void* gradient,
                     DType dtype, const TextureSize& size, void* texture, void*, int threads) {
    adjoint_from(view, &fragments, gradient, dtype, size, texture, threads);
}

}  // namespace frontiers::cpu
