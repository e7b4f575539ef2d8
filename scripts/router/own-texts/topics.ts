import type { TextSet } from "./text-set.ts";

const split = (terms: string): readonly string[] => terms.split(/\s*[,\n]\s*/u).filter((term) => term !== "");

const mathTerms = split(`
eigenvalues, eigenvectors, matrix multiplication, the determinant of a matrix, the inverse matrix, linear independence, vector spaces, the dot product, the cross product,
orthogonal projection, Gaussian elimination, the rank of a matrix, singular value decomposition, quadratic forms, positive definite matrices, the trace of a matrix,
limits, derivatives, partial derivatives, the gradient, integrals, improper integrals, double integrals, integration by parts, the substitution rule, Taylor series, power series,
convergence of series, the mean value theorem, the intermediate value theorem, L'Hôpital's rule, differential equations, Laplace transforms, Fourier series, Green's theorem, Stokes' theorem,
prime numbers, prime factorization, modular arithmetic, Fermat's little theorem, the Chinese remainder theorem, Euler's totient function, Diophantine equations, quadratic residues, divisibility rules,
the greatest common divisor, continued fractions, irrational numbers, complex numbers, roots of unity, De Moivre's formula, the fundamental theorem of algebra, polynomial division, Vieta's formulas,
permutations, combinations, binomial coefficients, Pascal's triangle, the pigeonhole principle, generating functions, recurrence relations, Catalan numbers, Fibonacci numbers, inclusion and exclusion,
conditional probability, Bayes' theorem, the normal distribution, the binomial distribution, the Poisson distribution, expected value, variance, standard deviation, covariance, correlation coefficients,
confidence intervals, hypothesis testing, p-values, the central limit theorem, linear regression coefficients, the law of large numbers, Markov chains, random variables, martingales, stochastic integrals,
triangles, similar triangles, the law of cosines, the law of sines, circles, inscribed angles, ellipses, parabolas, hyperbolas, conic sections, the volume of a sphere, the surface area of a cone, polygons, tangent lines,
groups, abelian groups, cosets, normal subgroups, rings, ideals, fields, field extensions, Galois theory, homomorphisms, isomorphism classes, cyclic groups, symmetric groups,
topological spaces, compactness, connected sets, metric spaces, open sets, homotopy, manifolds, the Euler characteristic, Hilbert spaces, Banach spaces, measure theory, Lebesgue integration, sigma algebras,
arithmetic progressions, geometric progressions, logarithms, exponents, inequalities, absolute values, quadratic equations, cubic equations, systems of equations, simple interest, compound interest, percentages, ratios, fractions,
the Cauchy-Schwarz inequality, the AM-GM inequality, the triangle inequality, convex functions, Lagrange multipliers, linear programming, Newton's method, the bisection method, numerical integration, Riemann sums,
set theory, cardinality, countable sets, proof by induction, proof by contradiction, logic tables, graph colorings, Euler paths, Hamiltonian cycles, planar graphs, game theory payoffs, expected payoffs
`);

const coderTerms = split(`
React hooks, React components, Redux, Vue components, Angular services, Svelte stores, Next.js routing, Express middleware, Node.js streams, npm scripts, webpack, Vite, ESLint rules, Babel, TypeScript generics, TypeScript interfaces, JavaScript promises,
async functions, callbacks, event listeners, CSS grid, flexbox, CSS selectors, HTML forms, the DOM, localStorage, service workers, WebSockets, GraphQL resolvers, REST endpoints, JSON schema, JWT tokens, OAuth login, CORS headers, cookies in Express,
Python decorators, list comprehensions, Python generators, virtual environments, pip packages, pandas dataframes, numpy arrays, matplotlib plots, Jupyter notebooks, Django models, Flask routes, FastAPI endpoints, pytest fixtures, asyncio tasks, type hints, dataclasses,
Java streams, Spring Boot controllers, Maven builds, Gradle tasks, JUnit tests, Hibernate entities, Kotlin coroutines, Android activities, Swift optionals, SwiftUI views, Objective-C headers, Flutter widgets, Dart futures,
C pointers, C++ templates, smart pointers, CMake targets, header files, memory leaks, malloc, linker errors, segfaults, Rust lifetimes, Rust traits, cargo crates, the borrow checker, Go channels, goroutines, Go interfaces, Haskell monads, Scala case classes, Elixir processes,
C# delegates, LINQ queries, .NET controllers, Entity Framework migrations, Unity scripts, Ruby gems, Rails migrations, PHP sessions, Laravel routes, WordPress plugins, Perl scripts, R scripts with dplyr, ggplot code, MATLAB scripts, Lua tables, VBA macros, Excel macros in VBA,
SQL joins, SQL indexes, Postgres triggers, MySQL queries, SQLite databases, MongoDB aggregations, Redis caching, stored procedures, database migrations, ORM queries, query optimization, Elasticsearch mappings, Kafka consumers, RabbitMQ queues,
Docker images, docker-compose files, Kubernetes pods, Helm charts, Terraform modules, Ansible playbooks, GitHub Actions workflows, Jenkins pipelines, nginx configuration, systemd services, cron jobs, bash scripts, shell variables, regular expressions, sed and awk, ssh keys, AWS Lambda functions, S3 buckets, Azure pipelines,
git branches, git merge conflicts, git rebase, pull requests, code review, unit tests, mocks, integration tests, test coverage, debugging, breakpoints, stack traces, logging, linting, refactoring, design patterns, dependency injection, inheritance in classes, abstract classes, interfaces, recursion in code,
binary search trees, linked lists, hash maps, priority queues, depth first search code, dynamic programming code, sorting algorithms, graph traversal code, time complexity of a loop, tries, LRU caches, bit manipulation code, string parsing, tokenizers, parsers, compilers, interpreters, garbage collection, threads, mutexes, deadlocks, semaphores,
TensorFlow models, PyTorch training loops, scikit-learn pipelines, OpenCV scripts, web scraping with BeautifulSoup, Selenium tests, Playwright tests, VS Code extensions, vim configuration, API clients, command line arguments, environment variables, config files, YAML files, the Makefile, package.json, tsconfig, imports, modules, enums, constants, constructors, getters and setters
`);

const generalTerms = split(`
the Second World War, the Cold War, the Ottoman Empire, ancient Egypt, the Renaissance, the Industrial Revolution, Napoleon, Cleopatra, Gandhi, the Magna Carta, the Silk Road, medieval castles, Viking ships, the Aztecs, the Black Death, colonialism, feudalism,
human rights, contract law, international treaties, copyright, criminal trials, the constitution, elections, trade unions, the United Nations, the European Union, immigration policy, taxes, pensions, minimum wage, supply and demand, inflation, the stock market, mortgages, credit cards, budgeting, insurance, marketing campaigns, brand loyalty, customer reviews, job interviews, resumes, leadership, teamwork, negotiation, time management, small businesses, franchises, press releases, product launches,
depression, anxiety, sleep, stress, vitamins, proteins in food, diabetes, high blood pressure, migraines, allergies, viruses, bacteria, antibiotics, pregnancy, aging, nutrition, calories, yoga, meditation, running shoes, strength training, back pain, dental care, skin care, first aid,
Freud, cognitive bias, child development, attachment styles, motivation, social norms, gender roles, urban sociology, stereotypes, memory and forgetting, ethics, utilitarianism, Kant, Plato, stoicism, existentialism, free will, moral dilemmas, religion, Islam, Christianity, Hinduism, Zen, rituals, pilgrimages, festivals,
climate change, recycling, rainforests, coral reefs, hurricanes, tides, rivers, deserts, plate tectonics, rocks and minerals, dinosaurs, evolution, DNA, cells, ecosystems, mammals, insects, penguins, elephants, dogs, cats, horses, garden plants, houseplants, mushrooms, stars, galaxies, planets, comets, telescopes, astronauts, gravity, magnets, electricity, batteries, solar panels, nuclear power, the periodic table, acids and bases,
poems, short stories, novels, screenplays, song lyrics, limericks, essays, speeches, letters, emails to a client, apologies, wedding toasts, birthday wishes, tweets, blog posts, headlines, slogans, product descriptions, movie reviews, restaurant reviews, news articles, interviews, dialogues, fairy tales, fantasy worlds, villains, detectives, dragons, vampires, superheroes, role-playing characters, metaphors, rhymes, grammar, commas, synonyms, idioms, translations, vocabulary, pronunciation, irony and sarcasm,
Italian food, pasta, pizza dough, soups, salads, desserts, chocolate cake, vegan recipes, breakfast ideas, wine, beer, cocktails, kitchen knives, coffee machines, tea ceremonies, cheese, spices, barbecue, baking bread, leftovers,
Paris, London, Tokyo, Istanbul, South Africa, Mexico, Iceland, Thailand, Canada, Switzerland, road trips, airports, hotels, hiking trails, beaches, museums, camping, cruises, train journeys, visas, souvenirs, backpacking,
football, basketball, tennis, the Olympics, swimming, cycling, golf, baseball, boxing, chess openings, board games, card games, video games, movies, actors, directors, TV series, anime, comedians, rock bands, classical music, opera, guitars, pianos, painting, sculpture, photography, architecture, fashion, dance, theater, ballet, knitting, woodworking, gardening, fishing, birdwatching, pets, weddings, parenting, toddlers, teenagers, school, teachers, homework habits, universities, scholarships, languages, friendships, dating, marriage, grandparents, neighbors, holidays, Christmas, Halloween, gifts, moving house, furniture, interior design, cleaning, laundry, cars, bicycles, motorcycles, public transport, weather, maps, calendars, appointments, meetings, invitations
`);

/** The same forms for every domain, so that the subject decides and not the form. */
const short = [
  "What is the idea behind {}?",
  "explain {}",
  "I don't understand {}, can you help?",
  "Tell me more about {}",
  "tips on {}",
  "How do I get better at {}?",
  "Give me an example of {}",
  "questions about {}",
  "compare {} with something similar",
];
const long = [
  "Given the following notes on {}, put them in order, point out what is missing, and answer the question at the end.\n\nInput: {}",
  "You are an expert on {}. I am preparing a lesson on it for beginners.\n\n1. Start with the main idea.\n2. Give one example.\n3. End with a common mistake.",
  "In what follows I describe a task that has to do with {}. Read it carefully, and then reply in a clear and concise way. The task: explain why {} matters here, and what follows from it.",
  "I was asked today about {} and did not know what to say. Which of these is right? (A) It is always so. (B) It depends on the case. (C) Never. (D) Nobody knows. The subject is {}.",
];

const setsOf = (domain: TextSet["domain"], terms: readonly string[]): readonly TextSet[] => [
  {
    domain,
    complexity: null,
    needsTools: domain === "coder" ? null : false,
    forms: short,
    fillers: terms,
    each: Math.ceil(terms.length / short.length),
  },
  {
    domain,
    complexity: null,
    needsTools: domain === "coder" ? null : false,
    forms: long,
    fillers: terms,
    each: Math.ceil(terms.length / long.length / 2),
  },
];

export const topicSets: readonly TextSet[] = [
  ...setsOf("math", mathTerms),
  ...setsOf("coder", coderTerms),
  ...setsOf("general", generalTerms),
];
