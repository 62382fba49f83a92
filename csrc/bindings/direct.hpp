// The fast path for ordinary calls on torch tensors.
//
// Reading a tensor through its Python methods and checking it there takes longer than a small
// kernel. Where torch publishes DLPack's C exchange table, K_directly reads the tensors through it
// and runs the kernel, provided the call is an ordinary one: eager, no dispatch mode or functional
// transform active, contiguous CPU tensors, no gradient to record, every argument of the expected
// type and in range. Otherwise it returns None without side effects, and the Python function
// handles the call or raises. The fast path itself never raises for a bad argument.
//
// A fast path reads its arguments through a DirectCall, asks it for the results and passes it the
// kernel:
//
//     DirectCall call;
//     const Operand from = call.floating(x);
//     const Operand to = call.empty_like(x, from);
//     return call.run(from.bytes(), [&](int threads) { cpu::K(from.data, to.data, threads); });
//
// Once an argument is out of the ordinary, everything read after it is zero, and run() does not
// call the kernel.
#pragma once

#include <pybind11/pybind11.h>

#include <array>
#include <cstddef>
#include <initializer_list>
#include <vector>

#include "dlpack.hpp"
#include "frontiers/dropout.hpp"
#include "results.hpp"

namespace frontiers::bindings {

namespace py = pybind11;

// Below this much work a kernel finishes before another thread could take the interpreter's lock.
inline constexpr i64 small_work = 64 << 10;

// Below this much work, waking a second thread costs more than it saves: it may have to wait
// milliseconds for a time slice, during which the first one spins. devices.py has the same rule.
inline constexpr i64 shared_work = 512 << 10;

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
    ElementKind kind;

    i64 bytes() const { return n * kind.bits / 8; }
    // Dimension 0 is the samples.
    i64 samples() const { return ndim == 0 ? 1 : shape[0]; }
    i64 sample_size() const { return n == 0 ? 0 : n / samples(); }
    bool same_kind(const Operand& other) const;
    bool overlaps(const Operand& other) const;
};

struct Box {
    double low, high;
};

using Shape = std::vector<i64>;

class DirectCall {
  public:
    // Asks torch whether a mode or transform must see this call.
    DirectCall();

    bool possible() const { return possible_; }
    void require(bool condition) { possible_ = possible_ && condition; }

    // Each reads an argument and returns it. An unexpected one makes the call impossible.
    Operand tensor(py::handle value);
    Operand floating(py::handle value);
    double number(py::handle value);
    u64 unsigned_integer(py::handle value, u64 most = ~u64{0});
    i64 integer(py::handle value);
    bool flag(py::handle value);
    // A finite number >= 0.
    double nonnegative(py::handle value);
    // A number in [0, 1].
    double fraction(py::handle value);
    // None or a pair of numbers in order.
    Box box(py::handle bounds);
    // The index of a word.
    int word(py::handle value, std::initializer_list<const char*> words);
    // The index of an array's first element in a mask, which leaves room for the others.
    i64 first_element(py::handle value);
    // A number of passes, from 1 to `most`.
    i64 passes(py::handle value, u64 most);
    KeepRule keep_rule(py::handle p, py::handle seed, py::handle sample);
    // "element", or "channel" of a tensor with at least two dimensions.
    Granularity granularity(py::handle value, int ndim);
    // A dimension of a tensor, counted from the end if negative.
    int dimension(py::handle value, int ndim);
    // An integer or a tuple of integers, and a dtype: torch's default one for None.
    Shape shape(py::handle value);
    ElementKind kind(py::handle dtype);

    // A new result: like a tensor, of a shape and dtype, or like the last result.
    Operand empty_like(py::handle tensor, const Operand& like);
    Operand empty(const Shape& shape, ElementKind kind);
    Operand empty_like_last();
    // The caller's `out`, or a new tensor like `x`.
    Operand out_or_like(py::handle out, py::handle x, const Operand& like);

    // Calls kernel(threads) if the call is an ordinary one, and returns the result, a tuple of the
    // results, or None. `work`: the bytes that the kernel moves, or could move in the same time.
    template <class Kernel>
    py::object run(i64 work, const Kernel& kernel) {
        if (!possible_) return py::none();
        const int threads = threads_for(work);
        if (work < small_work) {
            kernel(threads);
        } else {
            py::gil_scoped_release release;
            kernel(threads);
        }
        return finished();
    }

  private:
    // view() rejects what autograd must see; look() is for results that were just created.
    bool view(py::handle value, Operand& to);
    bool look(py::handle value, Operand& to);
    // Takes over a result; nullptr makes the call impossible.
    Operand keep(PyObject* fresh);
    int threads_for(i64 work) const;
    py::object finished();

    bool possible_;
    py::handle written_;  // the caller's `out`
    Operand last_{};
    std::size_t count_ = 0;
    std::array<py::object, 5> results_;
};

bool is_integer(ElementKind kind);
bool is_floating(ElementKind kind);

// Registers a fast path under the names of its arguments.
template <class Function, class... Names>
void define_direct(py::module_& module, const char* name, Function function, Names... names) {
    module.def(name, function, py::arg(names)...);
}

}  // namespace frontiers::bindings
