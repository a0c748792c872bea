# %% right: a dictionary
def name_the_bug(conversion):
    found = {"A": "query kernel", "B": "positions", "C": "norms", "D": "patch kernel", "E": "out kernel"}
    return found[conversion]


# %% right: one if after the other
def name_the_bug(conversion):
    if conversion == "A":
        return "query kernel"
    if conversion == "B":
        return "positions"
    if conversion == "C":
        return "norms"
    if conversion == "D":
        return "patch kernel"
    return "out kernel"


# %% right: a list in the order of the letters
def name_the_bug(conversion):
    words = ["query kernel", "positions", "norms", "patch kernel", "out kernel"]
    return words["ABCDE".index(conversion)]


# %% right: match
def name_the_bug(conversion: str) -> str:
    match conversion:
        case "A":
            return "query kernel"
        case "B":
            return "positions"
        case "C":
            return "norms"
        case "D":
            return "patch kernel"
        case "E":
            return "out kernel"


# %% wrong: the value kernel for E
def name_the_bug(conversion):
    found = {"A": "query kernel", "B": "positions", "C": "norms", "D": "patch kernel", "E": "value kernel"}
    return found[conversion]


# %% wrong: the positions for D
def name_the_bug(conversion):
    found = {"A": "query kernel", "B": "positions", "C": "norms", "D": "positions", "E": "out kernel"}
    return found[conversion]


# %% wrong: the class token for B
def name_the_bug(conversion):
    found = {"A": "query kernel", "B": "class token", "C": "norms", "D": "patch kernel", "E": "out kernel"}
    return found[conversion]


# %% wrong: the mlp kernel for C, by the largest number
def name_the_bug(conversion):
    found = {"A": "query kernel", "B": "positions", "C": "mlp kernel", "D": "patch kernel", "E": "out kernel"}
    return found[conversion]


# %% wrong: the last norm for C
def name_the_bug(conversion):
    found = {"A": "query kernel", "B": "positions", "C": "final norm", "D": "patch kernel", "E": "out kernel"}
    return found[conversion]


# %% wrong: a word of one's own, key kernel
def name_the_bug(conversion):
    found = {"A": "key kernel", "B": "positions", "C": "norms", "D": "patch kernel", "E": "out kernel"}
    return found[conversion]


# %% wrong: other spelling
def name_the_bug(conversion):
    found = {"A": "Query kernel", "B": "positions", "C": "norms", "D": "patch kernel", "E": "out kernel"}
    return found[conversion]


# %% wrong: underscores
def name_the_bug(conversion):
    found = {"A": "query_kernel", "B": "positions", "C": "norms", "D": "patch_kernel", "E": "out_kernel"}
    return found[conversion]


# %% wrong: only the first is known
def name_the_bug(conversion):
    return "query kernel"


# %% wrong: all at once, as a dictionary
def name_the_bug(conversion):
    return {"A": "query kernel", "B": "positions", "C": "norms", "D": "patch kernel", "E": "out kernel"}


# %% wrong: printed
def name_the_bug(conversion):
    print({"A": "query kernel", "B": "positions", "C": "norms", "D": "patch kernel", "E": "out kernel"}[conversion])


# %% wrong: the index of the candidate
def name_the_bug(conversion):
    return {"A": 4, "B": 2, "C": 3, "D": 0, "E": 6}[conversion]


# %% wrong: the head for A
def name_the_bug(conversion):
    found = {"A": "head", "B": "positions", "C": "norms", "D": "patch kernel", "E": "out kernel"}
    return found[conversion]


# %% wrong: two suspects in a tuple
def name_the_bug(conversion):
    found = {"A": "query kernel", "B": "positions", "C": "norms", "D": ("patch kernel", "positions"), "E": "out kernel"}
    return found[conversion]


# %% right: another way (by_ifs)
def name_the_bug(conversion):
    if conversion in "AE":
        return ("query" if conversion == "A" else "out") + " kernel"
    return {"B": "positions", "C": "norms"}.get(conversion, "patch kernel")
