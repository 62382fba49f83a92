// CUDA transform: one thread per element of the result. With a blur, a launch before it writes the
// image sampled and blurred along rows to the caller's scratch memory.
#include <cmath>

#include "launch.hpp"
#include "transform_index.hpp"

namespace frontiers::cuda {
namespace {

// Bilinear sampling of one row of one channel of an image.
template <class T>
struct RowSampler {
    using C = ComputeOf<T>;
    const T* plane;
    i64 height, width;
    C background;
    RowMap<C> map;

    FRONTIERS_DEVICE RowSampler(const TransformCall& call, const T* images, const TransformRow& row,
                                i64 image, i64 channel, i64 y)
        : plane(images + (image * call.channels + channel) * call.height * call.width),
          height(call.height),
          width(call.width),
          background(static_cast<C>(call.background[channel])),
          map(row_map<C>(row, call.height, call.width, y)) {}

    // Pixel at coordinates of the image with its border.
    FRONTIERS_DEVICE C pixel(i32 x, i32 y) const {
        const bool real = x >= 1 && x <= width && y >= 1 && y <= height;
        return real ? Scalar<T>::load(plane[(y - 1) * width + (x - 1)]) : background;
    }

    FRONTIERS_DEVICE C at(i64 column) const {
        i32 x, y;
        C right, below;
        locate(map, column, x, y, right, below);
        return lerp(lerp(pixel(x, y), pixel(x, y + 1), below),
                    lerp(pixel(x + 1, y), pixel(x + 1, y + 1), below), right);
    }
};

// Samples an element and blurs it along its row.
template <class T>
struct BlurRows {
    TransformCall call;
    const T* images;
    ComputeOf<T>* scratch;

    FRONTIERS_DEVICE void operator()(i64 element) const {
        using C = ComputeOf<T>;
        const TransformIndex at(call, element);
        const TransformRow row = row_at(call, row_number(call, at.pass, at.image));
        const Gaussian gaussian(row);
        if (gaussian.radius == 0) return;
        const RowSampler<T> sampler(call, images, row, at.image, at.channel, at.y);
        C sum = gaussian.weight<C>(0) * sampler.at(at.x);
        for (i64 j = 1; j <= gaussian.radius; ++j) {
            sum += gaussian.weight<C>(j) * (sampler.at(clamp_index(at.x - j, call.width)) +
                                            sampler.at(clamp_index(at.x + j, call.width)));
        }
        scratch[element] = sum;
    }
};

template <class T>
struct FinishPixels {
    using C = ComputeOf<T>;
    TransformCall call;
    const T* images;
    const C* scratch;
    T* out;

    FRONTIERS_DEVICE void operator()(i64 element) const {
        const TransformIndex at(call, element);
        const i64 number = row_number(call, at.pass, at.image);
        const TransformRow row = row_at(call, number);
        const C offset = static_cast<C>(bias(row, at.channel));
        C value = offset;
        for (i64 from = 0; from < call.channels; ++from) {
            const C factor = static_cast<C>(colour(row, at.channel, from));
            if (factor != C(0)) value += factor * sampled(row, at, from);
        }
        const C sigma = static_cast<C>(noise(row));
        if (sigma > C(0)) {
            const u64 stream =
                stream_of(transform_noise_stream, static_cast<u32>(call.samples[number]));
            const i64 noise_element =
                first_noise(call, at.image, at.channel) + at.y * call.width + at.x;
            value += sigma * static_cast<C>(float_normal(noise_element, stream, call.seed));
        }
        const C low = as_stored<T>(call.low), high = as_stored<T>(call.high);
        const C above = value < low ? low : value;
        out[element] = Scalar<T>::store(above > high ? high : above);
    }

    // A channel's value before the colour map.
    FRONTIERS_DEVICE C sampled(const TransformRow& row, const TransformIndex& at,
                               i64 channel) const {
        if (scratch == nullptr || !(blur(row) > 0.0)) {
            return RowSampler<T>(call, images, row, at.image, channel, at.y).at(at.x);
        }
        const Gaussian gaussian(row);
        const C* plane = scratch + plane_offset(call, at.pass, at.image, channel) + at.x;
        C sum = gaussian.weight<C>(0) * plane[at.y * call.width];
        for (i64 j = 1; j <= gaussian.radius; ++j) {
            sum += gaussian.weight<C>(j) * (plane[clamp_index(at.y - j, call.height) * call.width] +
                                            plane[clamp_index(at.y + j, call.height) * call.width]);
        }
        return sum;
    }
};

}  // namespace

void transform(const void* images, void* out, const TransformCall& call, Stream stream) {
    const i64 n = call.passes * image_elements(call);
    with_scalar(call.dtype, [&]<class T>(T) {
        using C = ComputeOf<T>;
        const T* from = static_cast<const T*>(images);
        C* scratch = static_cast<C*>(call.scratch);
        if (scratch != nullptr) {
            for_each("transform", n, BlurRows<T>{call, from, scratch}, stream);
        }
        for_each("transform", n, FinishPixels<T>{call, from, scratch, static_cast<T*>(out)},
                 stream);
    });
}

}  // namespace frontiers::cuda
