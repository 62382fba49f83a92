// Bit-sliced counters: how often each bit was set in a sequence of bit strings.
//
// The first of two strings of equal weight is stored; when the second arrives, a carry-save adder
// adds both to the plane of their weight and passes on one string of twice the weight. A string
// thus costs about one addition, however many digits the counts have.
#pragma once

#include <vector>

#include "frontiers/mc_dropout_mean.hpp"
#include "isa.hpp"

namespace frontiers::cpu {

class PassCounts {
  public:
    // Resets the counts; allocates for `samples` strings of `words` words.
    void begin(i64 words, i64 samples) {
        words_ = words;
        digits_ = digits_of(samples);
        memory_.assign(static_cast<std::size_t>((2 * digits_ + 3) * words), 0);
        waits_.assign(static_cast<std::size_t>(digits_), false);
    }

    // Where to write the next string, before calling `take`.
    u32* next() { return waits(0) ? spare(0) : waiting(0); }

    void take(const Isa& table) {
        const u32* carry = next();
        for (int level = 0, turn = 1;; ++level, turn = 1 - turn) {
            if (!waits(level)) {
                waits_[static_cast<std::size_t>(level)] = true;
                return;
            }
            waits_[static_cast<std::size_t>(level)] = false;
            const bool top = level + 1 == digits_;  // its carry is zero
            u32* to = top || waits(level + 1) ? spare(turn) : waiting(level + 1);
            table.add_masks(plane(level), waiting(level), carry, to, words_);
            if (top) return;
            carry = to;
        }
    }

    // Adds the strings still waiting; plane k then holds binary digit k of the counts.
    void finish(const Isa& table) {
        const u32* carry = nullptr;
        for (int level = 0; level < digits_; ++level) {
            const u32* waiting_string = waits(level) ? waiting(level) : nullptr;
            if (waiting_string == nullptr && carry == nullptr) continue;
            u32* to = spare(level % 2);
            const u32* zeros = spare(2);
            table.add_masks(plane(level), waiting_string != nullptr ? waiting_string : zeros,
                            carry != nullptr ? carry : zeros, to, words_);
            carry = to;
        }
    }

    int digits() const { return digits_; }
    u32* plane(int digit) { return row(digit); }

  private:
    bool waits(int level) const { return waits_[static_cast<std::size_t>(level)]; }
    u32* waiting(int level) { return row(digits_ + level); }
    u32* spare(int which) { return row(2 * digits_ + which); }  // spare(2) stays zero
    u32* row(int number) { return memory_.data() + number * words_; }

    i64 words_ = 0;
    int digits_ = 0;
    std::vector<u32> memory_;
    std::vector<bool> waits_;
};

}  // namespace frontiers::cpu
