// Shared by transform and its adjoint on the GPU: element indices and the weights of a blur.
#pragma once

#include "frontiers/transform.hpp"

namespace frontiers::cuda {

// Indices of an element of (passes, images, channels, height, width).
struct TransformIndex {
    i64 pass, image, channel, y, x;

    FRONTIERS_DEVICE TransformIndex(const TransformCall& call, i64 element) {
        const i64 row = element / call.width;
        x = element - row * call.width;
        const i64 plane = row / call.height;
        y = row - plane * call.height;
        const i64 picture = plane / call.channels;
        channel = plane - picture * call.channels;
        pass = picture / call.images;
        image = picture - pass * call.images;
    }
};

// Offset of one channel of one result.
FRONTIERS_DEVICE i64 plane_offset(const TransformCall& call, i64 pass, i64 image, i64 channel) {
    return ((pass * call.images + image) * call.channels + channel) * call.height * call.width;
}

// Weights of a Gaussian blur, computed from the distance and normalised by their sum.
struct Gaussian {
    double blur;
    i64 radius;
    double sum;

    FRONTIERS_DEVICE explicit Gaussian(const TransformRow& row) {
        // The table is not validated before a launch; an out-of-range blur must still terminate.
        const double requested = frontiers::blur(row);
        blur = requested > 0.0 ? (requested < max_blur ? requested : max_blur) : 0.0;
        radius = blur_radius(blur);
        sum = 1.0;
        for (i64 j = 1; j <= radius; ++j) sum += 2.0 * raw(j);
    }

    FRONTIERS_DEVICE double raw(i64 distance) const {
        const double z = static_cast<double>(distance) / blur;
        return ::exp(-0.5 * z * z);
    }

    template <class C>
    FRONTIERS_DEVICE C weight(i64 distance) const {
        return static_cast<C>(raw(distance) / sum);
    }
};

}  // namespace frontiers::cuda
