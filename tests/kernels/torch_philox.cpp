// Prints what torch's own CPU engine draws, one element a line: bits or the uniform of a dtype,
// from a seed and an offset. Only torch's headers are needed.
#include <ATen/core/PhiloxRNGEngine.h>
#include <ATen/core/TransformationHelper.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

int main(int, char** argument) {
    const std::string what = argument[1];
    at::Philox4_32 engine(std::strtoull(argument[2], nullptr, 10), 0,
                          std::strtoull(argument[3], nullptr, 10));
    for (long count = std::strtol(argument[4], nullptr, 10); count > 0; --count) {
        const std::uint32_t word = engine();
        if (what == "bits") {
            std::printf("%u\n", word);
        } else if (what == "float64") {
            const std::uint64_t both = static_cast<std::uint64_t>(word) << 32 | engine();
            std::printf("%a\n", at::transformation::uniform_real<double>(both, 0.0, 1.0));
        } else if (what == "float32") {
            std::printf("%a\n", at::transformation::uniform_real<float>(word, 0.0f, 1.0f));
        } else if (what == "float16") {
            std::printf("%a\n", at::transformation::uniform_real<at::Half>(word, 0.0f, 1.0f));
        } else {
            std::printf("%a\n", at::transformation::uniform_real<at::BFloat16>(word, 0.0f, 1.0f));
        }
    }
}
