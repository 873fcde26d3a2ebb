// NumPy's own file of an array (numpy.lib.format, versions 1.0 and 2.0), of numbers of four bytes as model files hold them.
// Thread: pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::tasks::package {

enum class NumberType { Float, FloatOrMissing, Unsigned };  // <f4, <f4 where NaN means missing, <u4

// Rows x columns, row by row. Requires: as many numbers as fill the rows.
std::string npy_matrix(std::string_view numbers, NumberType type, std::size_t columns);
std::string npy_vector(std::string_view numbers, NumberType type);

struct NpyArray {
    std::string numbers;  // row by row, four bytes each, little-endian
    std::vector<std::size_t> shape;
};
// Floats of eight bytes become floats of four, integers of any width unsigned ones of four; columns that lie one after another
// (fortran_order) become rows.
// Errors: TaskFailure(Data), naming `file`: another kind of array, more than two dimensions, a number that is not finite or does
// not fit, another length than it says.
NpyArray read_npy(std::string_view bytes, NumberType type, const std::string& file);

}  // namespace kontor::tasks::package
