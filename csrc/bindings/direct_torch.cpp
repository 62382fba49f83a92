// Connects the fast path to torch; see direct_torch.hpp.
#include "direct_torch.hpp"

#include <pybind11/stl.h>

#include "direct.hpp"
#include "register.hpp"

namespace frontiers::bindings {
namespace {

// The dtypes of some tensors, as torch and as DLPack encode them; without those that DLPack lacks.
std::vector<ElementType> types_of(const dlpack::ExchangeTable& table, const py::tuple& examples) {
    std::vector<ElementType> types;
    for (const py::handle example : examples) {
        dlpack::Tensor seen{};
        if (table.view(example.ptr(), &seen) != 0) {
            PyErr_Clear();
            continue;
        }
        types.push_back({{seen.code, seen.bits},
                         py::object(example.attr("dtype")).release().ptr(),
                         py::object(example.attr("new_empty")).release().ptr()});
    }
    return types;
}

// Stores what the fast path needs of torch. False if its exchange table has another major version.
bool connect(py::capsule table, py::type tensor, py::type parameter, const py::dict& functions,
             const py::tuple& examples) {
    const auto* const exchange = static_cast<const dlpack::ExchangeTable*>(
        PyCapsule_GetPointer(table.ptr(), dlpack::table_name));
    if (exchange == nullptr) throw py::error_already_set();
    if (exchange->major != dlpack::major_version || exchange->view == nullptr) return false;
    const auto function = [&](const char* name) {
        return py::object(functions[name]).release().ptr();
    };
    torch = new Torch{.table = exchange,
                      .tensor = reinterpret_cast<PyTypeObject*>(tensor.release().ptr()),
                      .parameter = reinterpret_cast<PyTypeObject*>(parameter.release().ptr()),
                      .types = types_of(*exchange, examples),
                      .empty_like = function("empty_like"),
                      .default_dtype = function("default_dtype"),
                      .is_grad_enabled = function("is_grad_enabled"),
                      .get_num_threads = function("get_num_threads"),
                      .increment_version = function("increment_version"),
                      .modes = function("modes"),
                      .function_modes = function("function_modes"),
                      .transforms = function("transforms"),
                      .tracing = function("tracing"),
                      .forward_ad = function("forward_ad"),
                      .current_level = PyUnicode_InternFromString("_current_level"),
                      .requires_grad = PyUnicode_InternFromString("requires_grad"),
                      .is_neg = PyUnicode_InternFromString("is_neg")};
    return true;
}

// Turns the fast path off until the next connect().
void disconnect() { torch = nullptr; }

}  // namespace

void register_direct(py::module_& module) {
    module.def("connect", connect, py::arg("table"), py::arg("tensor"), py::arg("parameter"),
               py::arg("functions"), py::arg("examples"));
    module.def("pooled_tensor", pooled_tensor_like, py::arg("shape"), py::arg("example"));
    module.def("disconnect", disconnect);
    register_direct_draws(module);
    register_direct_dropout(module);
    register_direct_gather(module);
    register_direct_noise(module);
    register_direct_passes(module);
    register_direct_steps(module);
}

}  // namespace frontiers::bindings
