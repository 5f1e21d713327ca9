/* The same for C++: methods, templates, namespaces, and a lambda. */
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace shapes {

struct Shape {
    virtual ~Shape() = default;
    virtual double area() const = 0;
};

template <typename Number> struct Square : Shape {
    explicit Square(Number side) : side_(side)
    {
    }
    __attribute__((noinline)) double area() const override
    {
        return scale(side_) * side_;
    }

  private:
    __attribute__((always_inline)) static inline double scale(Number value)
    {
        return value > 10 ? static_cast<double>(value) / 2 : value + 0.5;
    }
    Number side_;
};

template <typename Item>
__attribute__((noinline)) double total(const std::vector<Item *> &items)
{
    double sum = 0;
    for (const Item *item : items)
        sum += item->area();
    return sum;
}

} // namespace shapes

namespace {

struct Counter {
    std::map<std::string, int> counts;
    __attribute__((noinline)) int add(const std::string &word)
    {
        return ++counts[word];
    }
};

} // namespace

int main(int argc, char **argv)
{
    Counter counter;
    for (int i = 0; i < argc; i++)
        counter.add(argv[i]);
    shapes::Square<int> small(argc);
    shapes::Square<double> large(argc * 20.0);
    auto twice = [argc](double value) { return value * 2 + argc; };
    std::vector<shapes::Shape *> all{&small, &large};
    std::printf("%f\n", twice(shapes::total(all)));
    return 0;
}
