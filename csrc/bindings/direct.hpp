// The fast path for ordinary calls on torch tensors.
//
// Reading a tensor through its Python methods and checking it there takes longer than a small
// kernel. Where torch publishes DLPack's C exchange table, K_directly reads the tensors through it
// and runs the kernel, provided the call is an ordinary one: eager, no dispatch mode or functional
// transform active, contiguous CPU tensors, no gradient to record, every argument of the expected
// type and in range. Otherwise it returns None without side effects, and the Python function
// handles the call or raises. The fast path itself never raises for a bad argument.
//
// A kernel has a fast path only if profiles of attack() or mc_dropout() show a gain; see
// docs/design.md.
#pragma once

#include <pybind11/pybind11.h>

#include "dlpack.hpp"
#include "frontiers/dropout.hpp"
#include "results.hpp"

namespace frontiers::bindings {

namespace py = pybind11;

// Below this size a kernel finishes before another thread could take the interpreter's lock.
inline constexpr i64 small_bytes = 64 << 10;

// Below this size, waking a second thread costs more than it saves: it may have to wait
// milliseconds for a time slice, during which the first one spins. devices.py has the same rule.
inline constexpr i64 shared_bytes = 512 << 10;

// The bytes that could be moved in the time that a kernel dominated by arithmetic takes.
constexpr i64 costly(i64 bytes) { return 2 * bytes; }

// A contiguous tensor on the CPU. `floating`: its dtype is one of the kernels' element types.
struct Operand {
    void* data;
    const i64* shape;
    int ndim;
    i64 n;
    DType dtype;
    bool floating;
    u8 code, bits;

    i64 bytes() const { return n * bits / 8; }
    ElementKind kind() const { return {code, bits}; }
    bool same_kind(const Operand& other) const;
    bool overlaps(const Operand& other) const;
};

struct Box {
    double low, high;
};

class DirectCall {
  public:
    // Asks torch whether a mode or transform must see this call.
    DirectCall();

    bool possible() const { return possible_; }
    // The number of threads for work that takes as long as moving this many bytes.
    int threads(i64 bytes) const;

    // Each reads an argument and returns it. An unexpected one makes the call impossible.
    Operand tensor(py::handle value);
    Operand floating(py::handle value);
    double number(py::handle value);
    u64 whole(py::handle value, u64 most);
    bool flag(py::handle value);
    // A finite number >= 0.
    double length(py::handle value);
    // None or a pair of numbers in order.
    Box box(py::handle bounds);
    KeepRule keep_rule(py::handle p, py::handle seed, py::handle sample);
    // "element", or "channel" of a tensor with at least two dimensions.
    Granularity granularity(py::handle value, int ndim);
    void require(bool condition) { possible_ = possible_ && condition; }

    // A new result, over pooled memory if that has its size: like a tensor, or with another shape.
    py::object empty_like(py::handle tensor, const Operand& like, Operand& made);
    py::object empty(const std::vector<i64>& shape, const Operand& like, Operand& made);
    // The caller's `out`, or a new tensor like `x`.
    py::object out_or_like(py::handle out, py::handle x, const Operand& like, Operand& made);

    // Tells autograd that the caller's `out` was written.
    void written(py::handle out) const;

  private:
    // view() refuses what autograd has to see; look() is for results that were just made.
    bool view(py::handle value, Operand& to);
    bool look(py::handle value, Operand& to);
    py::object made_now(py::object fresh, Operand& made);

    bool possible_;
};

// Runs a kernel; a long one without the interpreter's lock.
template <class Kernel>
void run(i64 bytes, const Kernel& kernel) {
    if (bytes < small_bytes) return kernel();
    py::gil_scoped_release release;
    kernel();
}

}  // namespace frontiers::bindings
