using System.Runtime.CompilerServices;

// C# lets no variable be read before it is written, so none has to be cleared first: TCBs and
// segments are large, and many methods have one. What stackalloc gives is not clear then, either.
[module: SkipLocalsInit]
