// Names of files that are more than text. Compared in lower case; a pattern is for the last part of a path alone.

/** Folders and files at any depth whose content is a secret: reading and writing is asked. */
export const secretNames: readonly RegExp[] = [
  /^\.env(\..*|rc|-.*|_.*)?$/,
  /^.+\.env$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?([-.].*)?$/,
  /\.(pem|key|p8|p12|pfx|jks|keystore|kdbx?|ppk|asc|gpg|ovpn|tfvars|tfstate)$/,
  /^[._]?(netrc|pgpass|pypirc|npmrc|yarnrc(\.yml)?|git-credentials|my\.cnf|htpasswd|dockercfg|boto|s3cfg|vault-token)$/,
  /^\.?(vault[-_]pass.*|secrets?|credentials?)(\.(json|ya?ml|toml|txt|ini|xml|db|properties))?$/,
  /^(client[-_]secret|service[-_]account|application_default_credentials|.*firebase-adminsdk).*\.json$/,
  /^(auth\.json|kubeconfig|wallet\.dat|master\.key|gshadow|shadow|sudoers|local\.settings\.json|wp-config\.php)$/,
  /^\.(bash|zsh|sh|python|node_repl|psql|mysql)_history$/,
];

/** A folder of this name makes everything below it secret. */
export const secretFolders: readonly RegExp[] = [
  /^\.(ssh|gnupg|aws|azure|kube|docker|password-store|gcloud|secrets|oci|terraform\.d)$/,
  /^(gcloud|keychains|keyrings|\.mozilla)$/,
];

/** One of each kind, to see what a pattern of the shell may reach. */
export const secretSamples: readonly string[] = [
  ...[".env", ".env.local", ".env.production", "app.env", "id_rsa", "id_ed25519", "server.pem", "server.key", "a.pfx"],
  ...[".netrc", ".npmrc", ".pypirc", ".git-credentials", "credentials", "credentials.json", "secrets.yaml", ".pgpass"],
  ...[
    ".ssh",
    ".aws",
    ".gnupg",
    ".kube",
    ".docker",
    "terraform.tfstate",
    "service-account.json",
    "master.key",
    ".envrc",
  ],
];

/** Folders that decide what runs or what is approved; nothing writes there by itself, in any mode. */
export const controlFolders: readonly RegExp[] = [/^\.git$|^git~\d+$/, /^\.(trivium|ssh|gnupg)$/];

/** Files that decide what runs or what is approved; nothing writes them by itself, in any mode. Matched from the end. */
export const controlPaths: readonly RegExp[] = [
  /\.code-workspace$/,
  /(^|\/)\.vscode\/settings\.json$/,
  /(^|\/)\.(bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|zlogout)$/,
  /(^|\/)\.(kshrc|cshrc|tcshrc|login|inputrc|xprofile|xinitrc|xsessionrc|pam_environment|gitconfig)$/,
  /(^|\/)(config\.fish|authorized_keys2?|crontab|(microsoft\.(powershell|vscode)_)?profile\.ps1)$/,
];

/** Folders whose files other programs or models obey: writing is asked. */
export const obeyedFolders: readonly RegExp[] = [
  /^\.(github|gitlab|circleci|buildkite|woodpecker|drone|forgejo|gitea|teamcity|azure-pipelines)$/,
  /^\.(vscode|cursor|idea|fleet|zed|devcontainer|husky)$/,
  /^\.(claude|codex|gemini|clinerules|roo|windsurf|continue|kiro|agents|aider.*|cargo|mvn|yarn|direnv|bundle|config)$/,
  /^(node_modules|\.?venv|site-packages|cron\.d|cron\.daily|systemd|launchagents|launchdaemons|autostart|gradle)$/,
];

/** Files that make a later, approved command run other code, or that models obey: writing is asked. */
export const obeyedNames: readonly RegExp[] = [
  /^\.(gitmodules|gitattributes|lfsconfig|envrc)$|^\.?mcp([-_]config)?\.json$|^claude_desktop_config\.json$/,
  /^(package|package-lock|npm-shrinkwrap|composer|deno|bun|bower|lerna|nx|turbo|project|angular|vercel|netlify)\.jsonc?$/,
  /^(composer|cargo|yarn|poetry|pdm|uv|deno|flake|gemfile|pipfile|bun)\.lockb?$|^pnpm-(lock|workspace)\.yaml$/,
  /^(gnu)?makefile(\..*)?$|\.(mk|mak|cmake|gradle|gradle\.kts|ninja|bzl|bazel|csproj|fsproj|vbproj|vcxproj|sln|props|targets)$/,
  /^(cmakelists\.txt|configure(\.ac|\.in)?|meson\.build|sconstruct|sconscript|wscript|build|build\.bazel|workspace)$/,
  /^(module\.bazel|justfile|\.justfile|taskfile\.ya?ml|rakefile|gemfile|guardfile|podfile|fastfile|brewfile|vagrantfile)$/,
  /^(dockerfile|containerfile)(\..*)?$|^.+\.dockerfile$|^(docker-)?compose(\..*)?\.ya?ml$|^\.dockerignore$/,
  /^(jenkinsfile|procfile|tiltfile|earthfile|snakefile|dangerfile.*|appveyor\.yml|azure-pipelines\.ya?ml)$/,
  /^\.(gitlab-ci|travis|drone|woodpecker|appveyor|cirrus|pre-commit-config|pre-commit-hooks|lintstagedrc.*)(\.ya?ml)?$/,
  /^(bitbucket-pipelines|cloudbuild|buildspec|skaffold|lefthook|\.lefthook)\.ya?ml$/,
  /^(setup|conftest|noxfile|fabfile|tasks|manage|sitecustomize|usercustomize|dodo|hatch_build)\.py$|\.pth$/,
  /^(setup\.cfg|pyproject\.toml|tox\.ini|pytest\.ini|pipfile|environment\.ya?ml|requirements.*\.(txt|in)|mise\.toml)$/,
  /^(cargo\.toml|build\.rs|rust-toolchain(\.toml)?|go\.(mod|work|sum)|pom\.xml|build\.xml|build\.sbt|mix\.exs)$/,
  /^(package\.swift|deps\.edn|project\.clj|dune|dune-project|stack\.yaml|cabal\.project|flake\.nix|shell\.nix|default\.nix)$/,
  /^(gradlew|mvnw)(\.bat|\.cmd)?$|^(gradle|gradle-wrapper)\.(properties|jar)$|\.(gemspec|podspec|cabal|nuspec)$/,
  /^.+[.-](config|conf|setup)\.[cm]?[jt]sx?$|^\.?(eslintrc|babelrc|prettierrc|stylelintrc|mocharc|nycrc|swcrc)(\..*)?$/,
  /^(gulpfile|gruntfile|webpack.*|jest.*|vite.*|vitest.*|rollup.*|cypress.*|playwright.*)\.[cm]?[jt]s$|^jakefile(\..*)?$/,
  /^(tsconfig.*|jsconfig.*|tslint|nodemon|jest\.config|babel\.config)\.json$|^\.pnp\.[cm]?js$|^\.pnpmfile\.c?js$/,
  /^\.(tool-versions|node-version|nvmrc|python-version|ruby-version|rspec|gdbinit|lldbinit|rvmrc|mise\.toml)$/,
  /^\.(vimrc|exrc|nvimrc|nvim\.lua|emacs|dir-locals\.el|autotest|irbrc|pryrc|pythonrc|rprofile|wgetrc|curlrc|gemrc)$/,
  /^(agents|agent|claude|gemini|qwen|copilot-instructions|skill|conventions|crush|warp)(\.local|\.override)?\.mdc?$/,
  /^\.(cursorrules|windsurfrules|clinerules|roorules|roomodes|rules|goosehints|aider\.conf\.yml|cursorignore)$/,
  /\.(sh|bash|zsh|fish|ps1|psm1|bat|cmd|vbs|command|desktop|service|timer|plist|reg|lnk|url)$/,
];
