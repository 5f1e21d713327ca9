// Templates, operators, lambdas and a namespace without a name.
#include <vector>

namespace shapes {
namespace {
struct Hidden {
    __attribute__((noinline)) long operator()(long count) const
    {
        long sum = 1;
        for (long i = 1; i < count; i++)
            sum += (count / i) ^ sum;
        return sum;
    }
};
} // namespace

template <class T, int N> struct Grid {
    T cells[N] = {};
    T &operator[](unsigned i)
    {
        return cells[i % N];
    }
    __attribute__((noinline)) T sum(unsigned count);
};

template <class T, int N>
__attribute__((noinline)) T Grid<T, N>::sum(unsigned count)
{
    T total = 0;
    for (unsigned i = 1; i < count; i++)
        total += (*this)[i] / (*this)[i + 1] + (total >> 1) / (T)i;
    return total;
}
} // namespace shapes

template <class F> __attribute__((noinline)) long apply(F function, long count)
{
    return function(count);
}

int main(int count, char **)
{
    shapes::Grid<int, 64> ints;
    shapes::Grid<long, 32> longs;
    std::vector<long> values;
    for (long i = 0; i < count; i++)
        values.push_back(ints.sum(i) + longs.sum(i));
    return (int)(apply(shapes::Hidden(), count) +
                 apply([&](auto i) { return values[i] / i; }, count));
}
