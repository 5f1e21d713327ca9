// Exceptions, thrown through a few frames with destructors, and caught.
#include <string>

extern "C" int throw_and_catch(int depth);

namespace {
struct Guard {
    std::string text;
    int *count;
    ~Guard()
    {
        ++*count;
    }
};

__attribute__((noinline)) void dive(int depth, int *count)
{
    Guard guard{"a string that does not fit in a small one", count};
    if (depth == 0)
        throw std::string("bottom");
    dive(depth - 1, count);
}
} // namespace

// How many destructors ran: depth + 1.
extern "C" int throw_and_catch(int depth)
{
    int count = 0;
    try {
        dive(depth, &count);
    } catch (const std::string &) {
        return count;
    }
    return -1;
}
